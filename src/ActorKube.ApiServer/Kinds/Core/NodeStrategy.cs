using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.NodeObjects;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>Node: registers itself with a status, so that a create keeps what it says (upstream: <c>ValidateNode</c>, <c>ValidateNodeUpdate</c>).</summary>
internal sealed class NodeStrategy() : KindStrategy(
    ClusterScoped("v1", "Node", "nodes", "no").WithStatus().With(SubresourceFacts.ProxyTo(CoreKinds.Options("NodeProxyOptions"))))
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } = ["spec.unschedulable"];

    /// <inheritdoc/>
    public override string SelectableValue(StoredObject item, string field) => item.Field(field) is { Length: > 0 } value ? value : "false";

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => NodeColumns.All;

    /// <summary>Everything that a node has can be given to pods unless it says otherwise; its old and its new field for ranges of addresses say the same.</summary>
    public override void Default(JsonObject obj)
    {
        if (obj.Object("spec") is { } spec)
            AlignRanges(spec);
        if (obj.Object("status") is not { } status)
            return;
        ResourceRounding.ApplyTo(status.Object("capacity"));
        ResourceRounding.ApplyTo(status.Object("allocatable"));
        if (status["allocatable"] is null && status.Object("capacity") is { } capacity)
            status["allocatable"] = capacity.DeepClone();
    }

    // Where they differ, the old one counts (upstream: the conversion of NodeSpec).
    private static void AlignRanges(JsonObject spec)
    {
        var first = spec.Array("podCIDRs") is { Count: > 0 } all ? all[0].Text() : null;
        var single = spec.Text("podCIDR");
        if (!string.IsNullOrEmpty(single) && single != first)
            spec["podCIDRs"] = new JsonArray(single);
        else if (string.IsNullOrEmpty(single) && !string.IsNullOrEmpty(first))
            spec["podCIDR"] = first;
    }

    /// <summary>Keeps the status: an agent registers its node together with its capacity.</summary>
    public override void PrepareForCreate(JsonObject obj, UserInfo user)
    {
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors) => NodeRules.Check(obj, errors);

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        NodeRules.Check(obj, errors);
        NodeRules.CheckUpdate(obj, old, errors);
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => NodeRules.CheckUpdate(obj, old, errors);

    /// <inheritdoc/>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (obj.Object("spec").Object("configSource") is not null && old.Object("spec").Object("configSource") is null)
            warnings.Add("spec.configSource: the feature is removed");
        if (obj.Object("spec").Text("externalID") is { Length: > 0 } && string.IsNullOrEmpty(old.Object("spec").Text("externalID")))
            warnings.Add("spec.externalID: this field is deprecated, and is unused by Kubernetes");
    }
}
