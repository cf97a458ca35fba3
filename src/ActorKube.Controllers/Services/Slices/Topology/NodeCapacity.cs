using ActorKube.Api.Objects;
using ActorKube.Api.Quantities;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Services.Slices.Topology;

/// <summary>What a node counts for when endpoints are shared out among zones: its processors, if it is ready and runs what users bring.</summary>
internal sealed record NodeCapacity : IObjectView<NodeCapacity>
{
    /// <summary>Label with the zone.</summary>
    public const string ZoneLabel = "topology.kubernetes.io/zone";

    /// <summary>Empty when the node does not say.</summary>
    public required string Zone { get; init; }

    /// <summary>Allocatable processors in thousandths; 0 when the node does not say.</summary>
    public required long CpuMillis { get; init; }

    /// <summary>Whether it counts at all.</summary>
    public required bool Counts { get; init; }

    public static NodeCapacity Project(StoredObject item)
    {
        var json = item.Edit();
        var isReady = json.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == "Ready").Text("status") == "True";
        var labels = item.Head.Labels;
        return new NodeCapacity
        {
            Zone = labels[ZoneLabel] ?? "",
            CpuMillis = Quantity.TryParse(json.At("status", "allocatable", "cpu") is { } cpu ? cpu.Text() is { Length: > 0 } text ? text : cpu.ToJsonString() : "", out var amount) ? amount.MilliValue : 0,
            Counts = isReady && labels["node-role.kubernetes.io/control-plane"] is null && labels["node-role.kubernetes.io/master"] is null,
        };
    }
}
