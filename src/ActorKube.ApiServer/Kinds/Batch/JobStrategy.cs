using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Kinds.Workloads;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>Job: selects its pods by its own uid unless the client insists on a selector; for its old clients, deleting one leaves the pods.</summary>
internal sealed class JobStrategy() : KindStrategy(Namespaced("batch/v1", "Job", "jobs").WithStatus().In(All).Counted())
{
    /// <inheritdoc/>
    public override bool DefaultsToOrphan => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["status.successful"];

    /// <inheritdoc/>
    public override string SelectableValue(StoredObject item, string field) => item.Field("status.succeeded") is { Length: > 0 } value ? value : "0";

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => JobColumns.All;

    /// <inheritdoc/>
    public override void Default(JsonObject obj) => JobRules.Default(obj);

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        GeneratedSelector.Check(obj, null, errors);
        CheckSpec(obj, errors);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        GeneratedSelector.Check(obj, old, errors);
        CheckSpec(obj, errors);
        JobRules.CheckUpdate(obj, old, errors);
    }

    private static void CheckSpec(JsonObject obj, FieldErrors errors)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        JobRules.Check(spec, FieldPath.Spec, errors);
        JobRules.CheckSelector(spec, errors);
        JobRules.CheckHostNames(obj, errors);
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => JobStatusRules.Check(obj, old, errors);

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (old is null)
            WorkloadWarnings.AddName(obj, warnings);
        if (old is null || !ObjectParts.SamePart(obj, old, "spec"))
            JobWarnings.Add(obj.Object("spec"), "spec.", warnings);
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, UserInfo user)
    {
        base.PrepareForCreate(obj, user);
        DisabledPodFields.DropInTemplate(obj.Object("spec"), null);
        GeneratedSelector.Add(obj);
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForUpdate(obj, old);
        DisabledPodFields.DropInTemplate(obj.Object("spec"), old.Object("spec"));
    }
}
