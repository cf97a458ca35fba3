using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Kinds.Workloads;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>ReplicationController: the ancestor of replica sets; for its old clients, deleting one leaves the pods.</summary>
internal sealed class ReplicationControllerStrategy() : KindStrategy(
    Namespaced("v1", "ReplicationController", "replicationcontrollers", "rc").WithStatus().WithScale().In(All).Counted())
{
    /// <inheritdoc/>
    public override bool DefaultsToOrphan => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["status.replicas"];

    /// <inheritdoc/>
    public override string SelectableValue(StoredObject item, string field) => item.Field(field) is { Length: > 0 } value ? value : "0";

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        .. ReplicaColumns.Counts,
        .. CellText.Template("spec", "template"),
        TableColumn.Text("Selector", "Which pods belong to it.", static o => CellText.Labels(o.At("spec", "selector")), 1),
    ];

    /// <summary>The template's labels are the selector, and the labels of the object itself, where it says none.</summary>
    public override void Default(JsonObject obj)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        PodDefaults.ApplyToWorkload(spec);
        if (spec.Object("template").Object("metadata").Object("labels") is not { } labels)
            return;
        if (spec.Object("selector") is not { Count: > 0 })
            spec["selector"] = labels.DeepClone();
        if (obj.Object("metadata") is { } metadata && metadata.Object("labels") is not { Count: > 0 })
            metadata["labels"] = labels.DeepClone();
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        WorkloadRules.NotNegative(spec, errors, "replicas", "minReadySeconds");
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

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => ReplicaColumns.CheckStatus(obj, errors);

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings) => WorkloadWarnings.AddWithName(obj, old, warnings);

    private static bool Covers(JsonObject selector, JsonObject template)
    {
        var labels = WorkloadRules.LabelsOf(template);
        return selector.All(s => labels[s.Key] == s.Value.Text());
    }
}
