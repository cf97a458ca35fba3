using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Pods;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>
/// What the resources of a pod as a whole are when it gives them in part (upstream: <c>defaultHugePagePodLimits</c>, <c>defaultPodRequests</c>, <c>defaultPodLimits</c>).
/// Runs after the containers have their requests.
/// </summary>
internal static class PodResourceDefaults
{
    /// <summary>Completes <c>spec.resources</c>.</summary>
    public static void Apply(JsonObject spec)
    {
        if (spec.Object("resources") is not { } resources)
            return;
        LimitPages(spec, resources);
        if (resources.Object("limits") is { Count: > 0 } limits)
            RequestWhatIsUsed(spec, resources, limits);
        if (!Any(resources.Object("limits")) && Any(resources.Object("requests")))
            LimitWhatAllLimit(spec, resources);
    }

    private static void LimitPages(JsonObject spec, JsonObject resources)
    {
        if (resources.Object("limits") is not { Count: > 0 } && resources.Object("requests") is not { Count: > 0 })
            return;
        foreach (var (name, sum) in PodResourceSums.Limits(spec))
            if (ResourceNames.IsHugePages(name) && resources.Object("requests")?.ContainsKey(name) != true && resources.Object("limits")?.ContainsKey(name) != true)
                resources.ObjectOrNew("limits")[name] = sum.ToString();
    }

    private static void RequestWhatIsUsed(JsonObject spec, JsonObject resources, JsonObject limits)
    {
        foreach (var (name, sum) in PodResourceSums.Requests(spec))
            if (resources.Object("requests")?.ContainsKey(name) != true && ResourceNames.IsOfPod(name) && ResourceNames.IsOvercommitAllowed(name))
                resources.ObjectOrNew("requests")[name] = sum.ToString();
        foreach (var (name, limit) in limits)
            if (resources.Object("requests")?.ContainsKey(name) != true && ResourceNames.IsOfPod(name))
                resources.ObjectOrNew("requests")[name] = limit?.DeepClone();
    }

    private static void LimitWhatAllLimit(JsonObject spec, JsonObject resources)
    {
        foreach (var (name, sum) in PodResourceSums.Limits(spec))
            if (resources.Object("limits")?.ContainsKey(name) != true && ResourceNames.IsOfPod(name) && ResourceNames.IsOvercommitAllowed(name) && PodResourceSums.AllLimit(spec, name))
                resources.ObjectOrNew("limits")[name] = sum.ToString();
    }

    private static bool Any(JsonObject? list) => list is not null && list.Any(static r => ResourceNames.IsOfPod(r.Key));
}
