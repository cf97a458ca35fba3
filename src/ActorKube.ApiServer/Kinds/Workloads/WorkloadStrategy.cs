using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds.Workloads;

/// <summary>
/// The shape that the kinds which keep pods of a template share: the template is defaulted and warned about like a pod, numbers of the spec and of
/// the status are not negative, and counts of the status stay within the whole. A kind adds what is its own in <see cref="DefaultSpec"/> and <see cref="ValidateSpec"/>.
/// </summary>
internal abstract class WorkloadStrategy(KindFacts facts) : KindStrategy(facts)
{
    /// <summary>Fields of the spec that must not be negative, in upstream's order.</summary>
    protected abstract IReadOnlyList<string> SpecNumbers { get; }

    /// <summary>Fields of the status that must not be negative, in upstream's order.</summary>
    protected abstract IReadOnlyList<string> StatusNumbers { get; }

    /// <summary>Counts of the status that may not exceed <c>status.replicas</c>.</summary>
    protected virtual IReadOnlyList<string> PartsOfReplicas => [];

    /// <inheritdoc/>
    public sealed override void Default(JsonObject obj)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        PodDefaults.ApplyToWorkload(spec);
        DefaultSpec(spec, obj);
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, UserInfo user)
    {
        base.PrepareForCreate(obj, user);
        if (DropsDisabledFields(obj))
            DisabledPodFields.DropInTemplate(obj.Object("spec"), null);
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForUpdate(obj, old);
        DisabledPodFields.DropInTemplate(obj.Object("spec"), old.Object("spec"));
    }

    /// <inheritdoc/>
    public sealed override void Validate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        foreach (var field in SpecNumbers)
            FieldRules.NotNegative(spec, field, FieldPath.Spec, errors);
        ValidateSpec(spec, errors);
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        WorkloadRules.CheckStatus(obj, errors, [.. StatusNumbers]);
        foreach (var part in PartsOfReplicas)
            WorkloadRules.NotAbove(obj, part, "replicas", errors);
    }

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings) => WorkloadWarnings.Add(obj, old, warnings);

    /// <summary>Whether the template of a new object loses the fields of gates that are off.</summary>
    protected virtual bool DropsDisabledFields(JsonObject obj) => true;

    /// <summary>Fills in what is particular to the kind, after the template.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="obj">The object it belongs to.</param>
    protected virtual void DefaultSpec(JsonObject spec, JsonObject obj)
    {
    }

    /// <summary>Checks selector, template and what is particular to the kind.</summary>
    protected abstract void ValidateSpec(JsonObject spec, FieldErrors errors);
}
