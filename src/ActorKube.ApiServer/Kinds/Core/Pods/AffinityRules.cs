using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Which other pods and which nodes a pod wants to be near (upstream: <c>validateAffinity</c>).</summary>
internal static class AffinityRules
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    /// <summary>Checks <c>affinity</c>.</summary>
    public static void Check(JsonObject? affinity, FieldPath path, FieldErrors errors)
    {
        if (affinity is null)
            return;
        if (affinity.Object("nodeAffinity") is { } nodes)
            CheckNodes(nodes, path.Child("nodeAffinity"), errors);
        foreach (var kind in (ReadOnlySpan<string>)["podAffinity", "podAntiAffinity"])
            if (affinity.Object(kind) is { } pods)
                CheckPods(pods, path.Child(kind), errors);
    }

    private static void CheckNodes(JsonObject affinity, FieldPath path, FieldErrors errors)
    {
        if (affinity.Object(Required) is { } required)
            NodeSelectorRules.Check(required, path.Child(Required), errors);
        foreach (var (i, term) in affinity.Items(Preferred))
        {
            var item = path.Child(Preferred).Index(i);
            CheckWeight(term, item, errors);
            NodeSelectorRules.CheckTerm(term.Object("preference"), anyValue: true, item.Child("preference"), errors);
        }
    }

    private static void CheckPods(JsonObject affinity, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, term) in affinity.Items(Required))
            CheckTerm(term, path.Child(Required).Index(i), errors);
        foreach (var (i, weighted) in affinity.Items(Preferred))
        {
            var item = path.Child(Preferred).Index(i);
            CheckWeight(weighted, item, errors);
            CheckTerm(weighted.Object("podAffinityTerm") ?? [], item.Child("podAffinityTerm"), errors);
        }
    }

    private static void CheckWeight(JsonObject term, FieldPath path, FieldErrors errors)
    {
        var weight = term.Int64("weight") ?? 0;
        if (weight is < 1 or > 100)
            errors.Invalid(path.Child("weight"), weight, "must be in the range 1-100");
    }

    private static void CheckTerm(JsonObject term, FieldPath path, FieldErrors errors)
    {
        LabelSelectorJson.Validate(term.Object("labelSelector"), path.Child("labelSelector"), errors);
        LabelSelectorJson.Validate(term.Object("namespaceSelector"), path.Child("namespaceSelector"), errors);
        foreach (var name in term.Texts("namespaces"))
            errors.Invalid(path.Child("namespace"), name, DnsNames.Label(name));
        LabelKeyRules.CheckAffinity(term, path, errors);
        var key = term.Text("topologyKey") ?? "";
        if (key.Length == 0)
            errors.Required(path.Child("topologyKey"), "can not be empty");
        if (LabelNames.QualifiedName(key) is { Count: > 0 } faults)
            errors.Invalid(path.Child("topologyKey"), key, faults);
    }
}
