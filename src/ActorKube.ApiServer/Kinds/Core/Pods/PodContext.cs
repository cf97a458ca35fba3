using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>What the rules of a pod's parts have to know of the rest of the pod.</summary>
internal sealed class PodContext
{
    /// <summary>Reads it from the pod's spec.</summary>
    public PodContext(JsonObject spec)
    {
        foreach (var (_, volume) in spec.Items("volumes"))
            if (volume.Text("name") is { Length: > 0 } name)
                Volumes.TryAdd(name, volume);
        HostNetwork = spec.Bool("hostNetwork") == true;
        GracePeriod = spec.Int64("terminationGracePeriodSeconds") ?? 30;
    }

    /// <summary>The volumes by name; of those with one name, the first.</summary>
    public Dictionary<string, JsonObject> Volumes { get; } = [];

    /// <summary>Whether the pod has the node's own network.</summary>
    public bool HostNetwork { get; }

    /// <summary>Seconds that the pod has to end.</summary>
    public long GracePeriod { get; }
}
