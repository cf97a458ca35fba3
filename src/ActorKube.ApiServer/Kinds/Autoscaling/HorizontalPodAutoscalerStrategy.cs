using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds.Autoscaling;

/// <summary>HorizontalPodAutoscaler (upstream: <c>pkg/apis/autoscaling/validation</c> and the defaults of v2).</summary>
/// <param name="facts">Facts of the version.</param>
/// <param name="columns">Its table.</param>
/// <param name="conversion">From and to the stored version, whose rules hold; null for that version itself.</param>
internal sealed class HorizontalPodAutoscalerStrategy(KindFacts facts, IReadOnlyList<TableColumn> columns, IVersionConversion? conversion) : KindStrategy(facts)
{
    private const string CpuTarget = "targetCPUUtilizationPercentage";

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => columns;

    /// <inheritdoc/>
    public override void Default(JsonObject obj)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        if (conversion is null)
            HpaDefaults.Apply(spec);
        else if (spec[CpuTarget] is null && conversion.ToStorage(obj).Object("spec").Array("metrics") is not { Count: > 0 })
            spec[CpuTarget] = HpaDefaults.CpuUtilization;
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors) => Check(obj, null, errors);

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => Check(obj, old, errors);

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        foreach (var field in (ReadOnlySpan<string>)["currentReplicas", "desiredReplicas"])
            FieldRules.NotNegative(obj.Object("status"), field, FieldPath.Status, errors);
    }

    private void Check(JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        if (Stored(obj).Object("spec") is { } spec)
            HpaRules.Check(spec, old is null ? null : Stored(old).Object("spec"), errors);
    }

    private JsonObject Stored(JsonObject obj) => conversion is null ? obj : conversion.ToStorage(obj);
}
