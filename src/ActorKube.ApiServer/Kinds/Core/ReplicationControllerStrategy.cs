using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Kinds.Workloads;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>ReplicationController: the ancestor of replica sets; for its old clients, deleting one leaves the pods.</summary>
internal sealed class ReplicationControllerStrategy() : ReplicaStrategy(
    Namespaced("v1", "ReplicationController", "replicationcontrollers", "rc").WithStatus().WithScale().In(All).Counted(),
    static o => CellText.Labels(o.At("spec", "selector")))
{
    /// <inheritdoc/>
    public override bool DefaultsToOrphan => true;

    /// <summary>The template's labels are the selector, and the labels of the object itself, where it says none.</summary>
    protected override void DefaultSpec(JsonObject spec, JsonObject obj)
    {
        if (spec.Object("template").Object("metadata").Object("labels") is not { } labels)
            return;
        if (spec.Object("selector") is not { Count: > 0 })
            spec["selector"] = labels.DeepClone();
        if (obj.Object("metadata") is { } metadata && metadata.Object("labels") is not { Count: > 0 })
            metadata["labels"] = labels.DeepClone();
    }

    /// <inheritdoc/>
    protected override void ValidateSpec(JsonObject spec, FieldErrors errors)
    {
        var path = FieldPath.Spec.Child("template");
        if (spec.Object("selector") is not { Count: > 0 } selector)
            errors.Required(FieldPath.Spec.Child("selector"));
        else if (spec.Object("template") is { } labelled && !Covers(selector, labelled))
            errors.Invalid(path.Child("metadata", "labels"), labelled.Object("metadata")?["labels"] ?? new JsonObject(), WorkloadRules.SelectorMismatch);
        if (spec.Object("template") is not { } template)
        {
            errors.Required(path);
            return;
        }
        PodSpecRules.CheckTemplate(template, path, errors);
        WorkloadRules.CheckAlways(template, "ReplicationController", path, errors);
    }

    private static bool Covers(JsonObject selector, JsonObject template)
    {
        var labels = WorkloadRules.LabelsOf(template);
        return selector.All(s => labels[s.Key] == s.Value.Text());
    }
}
