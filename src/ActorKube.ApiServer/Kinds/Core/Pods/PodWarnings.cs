using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>
/// What is accepted in a pod but does not do what it says: upstream's own warnings (<c>pkg/api/pod/warnings.go</c>), and what nothing here enforces yet.
/// </summary>
internal static class PodWarnings
{
    private static readonly string[] ContainerLists = ["initContainers", "containers"];
    private static readonly string[] Probes = ["livenessProbe", "readinessProbe", "startupProbe"];

    private static readonly Dictionary<string, string> DeprecatedLabels = new()
    {
        ["beta.kubernetes.io/arch"] = "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        ["beta.kubernetes.io/os"] = "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        ["failure-domain.beta.kubernetes.io/region"] = "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
        ["failure-domain.beta.kubernetes.io/zone"] = "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
        ["beta.kubernetes.io/instance-type"] = "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    };

    private static readonly HashSet<string> MountedVolumes = ["name", "emptyDir", "hostPath", "configMap", "secret", "downwardAPI", "projected"];

    /// <summary>Adds the warnings about a pod's spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="path">Where it stands, for example <c>spec.template.spec</c>.</param>
    /// <param name="warnings">Receives the sentences.</param>
    public static void Add(JsonObject? spec, string path, WarningList warnings)
    {
        if (spec is null)
            return;
        foreach (var list in ContainerLists)
            foreach (var (i, container) in spec.Items(list))
                AddContainer(container, $"{path}.{list}[{i}]", warnings);
        foreach (var (i, volume) in spec.Items("volumes"))
            AddVolume(volume, $"{path}.volumes[{i}]", warnings);
        foreach (var (label, _) in spec.Object("nodeSelector") ?? [])
            if (DeprecatedLabels.TryGetValue(label, out var advice))
                warnings.Add($"{path}.nodeSelector[{label}]: {advice}");
        if (spec.Int64("terminationGracePeriodSeconds") < 0)
            warnings.Add($"{path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1");
        AddDuplicates(spec, path, warnings);
        if (spec.Array("resourceClaims") is { Count: > 0 })
            warnings.Add($"{path}.resourceClaims: resource claims are stored but not allocated yet");
    }

    private static void AddContainer(JsonObject container, string path, WarningList warnings)
    {
        foreach (var probe in Probes)
            if (container.ContainsKey(probe))
                warnings.Add($"{path}.{probe}: probes are stored but not run yet");
        if (container.Object("lifecycle") is { Count: > 0 })
            warnings.Add($"{path}.lifecycle: lifecycle hooks are stored but not run yet");
        HashSet<string>? names = null;
        foreach (var (i, variable) in container.Items("env"))
            if (variable.Text("name") is { } name && !(names ??= []).Add(name))
                warnings.Add($"{path}.env[{i}]: hides previous definition of \"{name}\", which may be dropped when using apply");
        foreach (var (name, amount) in container.Object("resources").Object("requests") ?? [])
            AddFraction(path, "requests", name, amount, warnings);
        foreach (var (name, amount) in container.Object("resources").Object("limits") ?? [])
            AddFraction(path, "limits", name, amount, warnings);
    }

    // Nobody means a thousandth of a byte; it is a slip of the unit.
    private static void AddFraction(string path, string list, string name, JsonNode? amount, WarningList warnings)
    {
        if (name is "memory" or "ephemeral-storage" && amount?.ToString() is { } text && text.EndsWith('m'))
            warnings.Add($"{path}.resources.{list}[{name}]: fractional byte value \"{text}\" is invalid, must be an integer");
    }

    private static void AddVolume(JsonObject volume, string path, WarningList warnings)
    {
        foreach (var (kind, source) in volume)
        {
            if (source is null || MountedVolumes.Contains(kind))
                continue;
            warnings.Add(kind switch
            {
                "gitRepo" => $"{path}.gitRepo: deprecated in v1.11, and disabled by default in v1.33+",
                "persistentVolumeClaim" or "ephemeral" => $"{path}.{kind}: persistent volumes are stored but not mounted yet",
                _ => $"{path}.{kind}: volumes of this type are stored but not mounted yet",
            });
        }
    }

    private static void AddDuplicates(JsonObject spec, string path, WarningList warnings)
    {
        HashSet<string>? seen = null;
        foreach (var (i, secret) in spec.Items("imagePullSecrets"))
            if (!(seen ??= []).Add(secret.Text("name") ?? ""))
                warnings.Add($"{path}.imagePullSecrets[{i}].name: duplicate name \"{secret.Text("name")}\"");
        seen = null;
        foreach (var (i, alias) in spec.Items("hostAliases"))
            if (!(seen ??= []).Add(alias.Text("ip") ?? ""))
                warnings.Add($"{path}.hostAliases[{i}].ip: duplicate ip \"{alias.Text("ip")}\"");
    }
}
