using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
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
    public override void PrepareForCreate(JsonObject obj, UserInfo user) =>
        obj["status"] = new JsonObject { ["phase"] = "Pending", ["qosClass"] = PodQuality.Of(obj.Object("spec")) };

    /// <inheritdoc/>
    public override void PrepareForStatusUpdate(JsonObject obj, JsonObject old)
    {
        base.PrepareForStatusUpdate(obj, old);
        var metadata = obj.ObjectOrNew("metadata");
        ObjectParts.Keep("ownerReferences", metadata, old.Object("metadata") ?? []);
        if (old.Object("status") is { } status && status["qosClass"] is { } quality && obj.Object("status") is { } mine)
            mine["qosClass"] = quality.DeepClone();
    }

    /// <summary><c>/ephemeralcontainers</c> adds containers for debugging, <c>/resize</c> changes what containers may use.</summary>
    public override void PrepareForPartUpdate(string part, JsonObject obj, JsonObject old)
    {
        if (part == "resize")
            PodParts.KeepAllButResources(obj, old);
        else
            PodParts.KeepAllButEphemeralContainers(obj, old);
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
