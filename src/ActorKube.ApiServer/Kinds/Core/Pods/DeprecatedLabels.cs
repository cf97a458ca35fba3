using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Labels of nodes that have newer names (upstream: <c>pkg/api/node</c>).</summary>
internal static class DeprecatedLabels
{
    private static readonly Dictionary<string, string> Advice = new()
    {
        ["beta.kubernetes.io/arch"] = "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
        ["beta.kubernetes.io/os"] = "deprecated since v1.14; use \"kubernetes.io/os\" instead",
        ["failure-domain.beta.kubernetes.io/region"] = "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
        ["failure-domain.beta.kubernetes.io/zone"] = "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
        ["beta.kubernetes.io/instance-type"] = "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
        ["app.kubernetes.io/created-by"] = "deprecated since v1.9",
        ["scheduler.alpha.kubernetes.io/preferAvoidPods"] = "deprecated since v1.22; use Taints and Tolerations instead",
        ["node-role.kubernetes.io/master"] = "use \"node-role.kubernetes.io/control-plane\" instead",
    };

    /// <summary>Warns about a pod's choice of nodes.</summary>
    /// <param name="spec">The pod's spec.</param>
    /// <param name="path">Path of the spec.</param>
    /// <param name="warnings">Receives the sentences.</param>
    public static void Add(JsonObject spec, string path, WarningList warnings)
    {
        foreach (var (label, _) in spec.Object("nodeSelector") ?? [])
            if (Advice.TryGetValue(label, out var advice))
                warnings.Add($"{path}.nodeSelector[{label}]: {advice}");
        if (spec.Object("affinity").Object("nodeAffinity") is { } affinity)
            AddAffinity(affinity, $"{path}.affinity.nodeAffinity", warnings);
        foreach (var (i, constraint) in spec.Items("topologySpreadConstraints"))
        {
            var place = $"{path}.topologySpreadConstraints[{i}]";
            if (constraint.Text("topologyKey") is { } key && Advice.TryGetValue(key, out var advice))
                warnings.Add($"{place}.topologyKey: {key} is {advice}");
            if (constraint.Object("labelSelector") is null)
                warnings.Add($"{place}.labelSelector: a null labelSelector results in matching no pod");
        }
    }

    private static void AddAffinity(JsonObject affinity, string path, WarningList warnings)
    {
        const string required = "requiredDuringSchedulingIgnoredDuringExecution";
        const string preferred = "preferredDuringSchedulingIgnoredDuringExecution";
        foreach (var (i, term) in affinity.Object(required).Items("nodeSelectorTerms"))
            AddTerm(term, checkValues: false, $"{path}.{required}.nodeSelectorTerms[{i}]", warnings);
        foreach (var (i, term) in affinity.Items(preferred))
            AddTerm(term.Object("preference"), checkValues: true, $"{path}.{preferred}[{i}].preference", warnings);
    }

    private static void AddTerm(JsonObject? term, bool checkValues, string path, WarningList warnings)
    {
        foreach (var (i, expression) in term.Items("matchExpressions"))
        {
            if (expression.Text("key") is { } key && Advice.TryGetValue(key, out var advice))
                warnings.Add($"{path}.matchExpressions[{i}].key: {key} is {advice}");
            var place = 0;
            foreach (var value in checkValues ? expression.Texts("values") : [])
            {
                foreach (var fault in LabelNames.Value(value))
                    warnings.Add($"{path}.matchExpressions[{i}].values[{place}]: {value} is invalid, {fault}");
                place++;
            }
        }
    }
}
