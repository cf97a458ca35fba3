using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>The class of service of a pod (upstream: <c>pkg/apis/core/v1/helper/qos</c>).</summary>
internal static class PodQuality
{
    private static readonly string[] Counted = ["cpu", "memory"];

    /// <summary>
    /// <c>Guaranteed</c> when every container limits CPU and memory and requests as much, <c>BestEffort</c> when none says anything, else <c>Burstable</c>.
    /// Limits are taken as requests where there are none, as the defaults will do.
    /// </summary>
    public static string Of(JsonObject? spec)
    {
        var guaranteed = true;
        var any = false;
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
            foreach (var container in spec.Array(list) ?? [])
            {
                var resources = (container as JsonObject).Object("resources");
                foreach (var resource in Counted)
                {
                    var limit = resources.Object("limits")?[resource]?.ToString();
                    var request = resources.Object("requests")?[resource]?.ToString() ?? limit;
                    any |= IsSet(limit) || IsSet(request);
                    guaranteed &= IsSet(limit) && request == limit;
                }
            }
        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static bool IsSet(string? quantity) => quantity is not (null or "" or "0");
}
