using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>What is stored in pods and acted upon by nobody yet.</summary>
internal static class NotEnforcedWarnings
{
    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];
    private static readonly string[] PodAffinities = ["podAffinity", "podAntiAffinity"];
    private static readonly HashSet<string> MountedVolumes = ["name", "emptyDir", "hostPath", "configMap", "secret", "downwardAPI", "projected", "persistentVolumeClaim", "ephemeral"];

    /// <summary>Adds the warnings about a spec.</summary>
    public static void Add(JsonObject spec, string path, WarningList warnings)
    {
        foreach (var list in WindowsRules.ContainerLists)
            foreach (var (i, container) in spec.Items(list))
            {
                foreach (var probe in Probes)
                    if (container.ContainsKey(probe))
                        warnings.Add($"{path}.{list}[{i}].{probe}: probes are stored but not run yet");
                if (container.Object("lifecycle") is { Count: > 0 })
                    warnings.Add($"{path}.{list}[{i}].lifecycle: lifecycle hooks are stored but not run yet");
            }
        foreach (var (i, volume) in spec.Items("volumes"))
            foreach (var (kind, source) in volume)
                if (source is not null && !MountedVolumes.Contains(kind))
                    warnings.Add($"{path}.volumes[{i}].{kind}: volumes of this type are stored but not mounted yet");
        var affinity = spec.Object("affinity");
        foreach (var kind in PodAffinities)
            if (affinity.Object(kind) is { Count: > 0 })
                warnings.Add($"{path}.affinity.{kind}: affinity between pods is stored but does not guide the scheduler yet");
        if (spec.Array("topologySpreadConstraints") is { Count: > 0 })
            warnings.Add($"{path}.topologySpreadConstraints: spreading is stored but does not guide the scheduler yet");
        if (spec.Int64("priority") > 0 && spec.Text("preemptionPolicy") != "Never")
            warnings.Add($"{path}.priority: pods go before others in line, but nothing of lower priority makes room for them yet");
        if (spec.Array("resourceClaims") is { Count: > 0 })
            warnings.Add($"{path}.resourceClaims: resource claims are stored but not allocated yet");
    }

    /// <summary>Adds the warnings about what can be added to a pod that is there.</summary>
    public static void AddLater(JsonObject? spec, JsonObject? old, WarningList warnings)
    {
        var known = old.Items("ephemeralContainers").Select(static c => c.Item.Text("name")).ToHashSet();
        foreach (var (i, container) in spec.Items("ephemeralContainers"))
            if (!known.Contains(container.Text("name")))
                warnings.Add($"spec.ephemeralContainers[{i}]: ephemeral containers are stored but not run yet");
    }
}
