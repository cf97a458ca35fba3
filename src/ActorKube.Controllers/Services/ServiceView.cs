using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Services;

/// <summary>One entry of <c>spec.ports</c>: what is meant is the container port <c>TargetName</c> or, when that is empty, the port <c>TargetNumber</c>.</summary>
internal sealed record ServicePort(string Name, string Protocol, string? AppProtocol, string TargetName, int TargetNumber)
{
    public static ServicePort Read(JsonNode port)
    {
        var name = port.Text("targetPort");
        return new ServicePort(
            port.Text("name"), port.Text("protocol") is { Length: > 0 } protocol ? protocol : "TCP", port.Text("appProtocol") is { Length: > 0 } app ? app : null,
            name, port.Int("targetPort") ?? port.Int("port") ?? 0);
    }
}

/// <summary>What controllers of endpoints need of a service.</summary>
internal sealed class ServiceView : IObjectView<ServiceView>
{
    private const string OldHintsAnnotation = "service.kubernetes.io/topology-aware-hints";
    private const string HintsAnnotation = "service.kubernetes.io/topology-mode";

    public required StoredObject Object { get; init; }

    /// <summary>Which pods are behind it; none when the service has no selector.</summary>
    public required LabelSelector Selector { get; init; }

    /// <summary>False when somebody else says what is behind the service: it has no selector, or only stands for a name elsewhere.</summary>
    public required bool FollowsPods { get; init; }

    public required bool HasSelector { get; init; }

    public required string ClusterIp { get; init; }

    public required ImmutableArray<string> IpFamilies { get; init; }

    public required ImmutableArray<ServicePort> Ports { get; init; }

    public required bool PublishesNotReady { get; init; }

    /// <summary>Whether an annotation asks for endpoints to be shared out among zones.</summary>
    public required bool WantsTopologyHints { get; init; }

    /// <summary><c>spec.trafficDistribution</c>; empty where the older annotation asks for something else.</summary>
    public required string TrafficDistribution { get; init; }

    public bool HasClusterIp => ClusterIp.Length > 0 && ClusterIp != "None";

    public static ServiceView Project(StoredObject item)
    {
        var json = item.Edit();
        var spec = json["spec"];
        var selector = LabelSelectorJson.ReadStoredMap(spec.At("selector") as JsonObject);
        var annotations = json.At("metadata", "annotations");
        var hints = annotations.At(OldHintsAnnotation) is not null ? annotations.Text(OldHintsAnnotation) : annotations.Text(HintsAnnotation);
        return new ServiceView
        {
            Object = item,
            Selector = selector,
            HasSelector = !selector.Requirements.IsEmpty,
            FollowsPods = !selector.Requirements.IsEmpty && spec.Text("type") != "ExternalName",
            ClusterIp = spec.Text("clusterIP"),
            IpFamilies = [.. spec.Items("ipFamilies").Select(f => f.Text())],
            Ports = [.. spec.Items("ports").Select(ServicePort.Read)],
            PublishesNotReady = spec.Flag("publishNotReadyAddresses"),
            WantsTopologyHints = hints is "Auto" or "auto",
            TrafficDistribution = hints is "Auto" or "auto" ? "" : spec.Text("trafficDistribution"),
        };
    }
}
