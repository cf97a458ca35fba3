using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.Api.Pods;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>Pod: born Pending with its class of service; a deletion leaves the node the time that the pod asks for (upstream: <c>pkg/registry/core/pod</c>).</summary>
internal sealed class PodStrategy() : KindStrategy(PodFacts)
{
    /// <inheritdoc/>
    public override bool ReturnsDeletedObject => true;

    private const long DefaultGrace = 30;

    private static readonly KindFacts BaseFacts = Namespaced("v1", "Pod", "pods", "po").WithStatus().In(All).Counted();

    private static readonly KindFacts PodFacts = BaseFacts.With(
        SubresourceFacts.Stream("attach", CoreKinds.Options("PodAttachOptions")),
        SubresourceFacts.Post("binding", new GroupVersionKind("", "v1", "Binding")),
        SubresourceFacts.Part("ephemeralcontainers", BaseFacts.Kind),
        SubresourceFacts.Post("eviction", new GroupVersionKind("policy", "v1", "Eviction")),
        SubresourceFacts.Stream("exec", CoreKinds.Options("PodExecOptions")),
        SubresourceFacts.Log(BaseFacts.Kind),
        SubresourceFacts.Stream("portforward", CoreKinds.Options("PodPortForwardOptions")),
        SubresourceFacts.ProxyTo(CoreKinds.Options("PodProxyOptions")),
        SubresourceFacts.Part("resize", BaseFacts.Kind));

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } =
    [
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
        "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
    ];

    /// <inheritdoc/>
    public override string SelectableValue(StoredObject item, string field) => field switch
    {
        "spec.hostNetwork" => item.Field(field) is { Length: > 0 } value ? value : "false",
        "status.podIPs" => item.Field("status.podIP"),
        _ => item.Field(field),
    };

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => PodColumns.All;

    /// <inheritdoc/>
    public override TableLayout Table => new(Columns, PodColumns.Completion);

    /// <inheritdoc/>
    public override void Default(JsonObject obj)
    {
        PodDefaults.Apply(obj.Object("spec"));
        if (obj.Object("status") is { } status)
            PodDefaults.AlignAddresses(status);
    }

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        PodSpecRules.CheckPod(obj, errors);
        var spec = obj.Object("spec") ?? [];
        if (spec.Array("ephemeralContainers") is { Count: > 0 })
            errors.Forbidden(FieldPath.Spec.Child("ephemeralContainers"), "cannot be set on create");
        if (spec.Array("schedulingGates") is { Count: > 0 } && spec.Text("nodeName") is { Length: > 0 })
            errors.Forbidden(FieldPath.Spec.Child("nodeName"), "cannot be set until all schedulingGates have been cleared");
        ProfileAnnotationRules.Check(obj.Object("metadata").Object("annotations"), spec, FieldPath.Spec, errors);
    }

    /// <inheritdoc/>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        PodSpecRules.CheckPod(obj, errors, old);
        PodUpdateRules.Check(obj, old, errors);
    }

    /// <inheritdoc/>
    public override void ValidateStatusUpdate(JsonObject obj, JsonObject old, FieldErrors errors) => PodStatusRules.Check(obj, old, errors);

    /// <inheritdoc/>
    public override void ValidatePartUpdate(string part, JsonObject obj, JsonObject old, FieldErrors errors)
    {
        if (part == "resize")
            PodResizeRules.Check(obj, old, errors);
        else
            PodPartRules.CheckEphemeralContainers(obj, old, errors);
    }

    /// <summary>Warns when the pod is created; updates can change little but add ephemeral containers, and statuses are written all the time.</summary>
    public override void Warnings(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (old is not null)
        {
            NotEnforcedWarnings.AddLater(obj.Object("spec"), old.Object("spec"), warnings);
            return;
        }
        if (DnsNames.Label(obj.Object("metadata").Text("name") ?? "") is { Count: > 0 } faults)
            warnings.Add($"metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [{string.Join(' ', faults)}]");
        PodWarnings.Add(obj, "", warnings);
    }

    /// <inheritdoc/>
    public override void PrepareForCreate(JsonObject obj, UserInfo user)
    {
        var status = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodQuality.Of(obj.Object("spec")) };
        if (obj.Object("spec").Array("schedulingGates") is { Count: > 0 })
            status["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "PodScheduled",
                ["status"] = "False",
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = obj.Object("metadata")?["creationTimestamp"]?.DeepClone(),
                ["reason"] = "SchedulingGated",
                ["message"] = "Scheduling is blocked due to non-empty scheduling gates",
            });
        obj["status"] = status;
        DisabledPodFields.Drop(obj.Object("spec"), null);
        LabelKeyRules.Apply(obj);
        AppArmorAnnotations.CopyToFields(obj);
    }

    /// <inheritdoc/>
    public override void PrepareForUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForUpdate(obj, old);
        DisabledPodFields.Drop(obj.Object("spec"), old.Object("spec"));
    }

    /// <inheritdoc/>
    public override void PrepareForStatusUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForStatusUpdate(obj, old);
        ObjectParts.Keep("ownerReferences", obj.ObjectOrNew("metadata"), old.Object("metadata") ?? []);
        if (obj.Object("status") is { } status && old.Object("status") is { } before)
            PodParts.KeepWhatOldAgentsDrop(status, before);
        DisabledPodFields.DropInStatus(obj.Object("status"), old.Object("status"));
    }

    /// <summary><c>/ephemeralcontainers</c> adds containers for debugging, <c>/resize</c> changes what containers may use.</summary>
    public override void PrepareForPartUpdate(string part, JsonObject obj, JsonObject old)
    {
        if (part == "resize")
            PodParts.KeepAllButResources(obj, old);
        else
            PodParts.KeepAllButEphemeralContainers(obj, old);
        DisabledPodFields.Drop(obj.Object("spec"), old.Object("spec"));
    }

    /// <summary>No time for a pod that no node runs; else what the client or the pod says, at least one second.</summary>
    public override long? GracePeriodSeconds(StoredObject item, long? requested)
    {
        if (item.Field("spec.nodeName").Length == 0 || item.Field("status.phase") is "Succeeded" or "Failed")
            return 0;
        var period = requested ?? (long.TryParse(item.Field("spec.terminationGracePeriodSeconds"), out var own) ? own : DefaultGrace);
        return period < 0 ? 1 : period;
    }
}
