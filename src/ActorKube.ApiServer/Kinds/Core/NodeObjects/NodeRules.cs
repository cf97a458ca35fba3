using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;

namespace ActorKube.ApiServer.Kinds.Core.NodeObjects;

/// <summary>Nodes (upstream: <c>ValidateNode</c>, <c>ValidateNodeUpdate</c>, <c>ValidateNodeResources</c>).</summary>
internal static class NodeRules
{
    private const int MaxRanges = 2;
    private const string OneRange = "node updates may not change podCIDR except from \"\" to valid";

    /// <summary>Checks a node.</summary>
    public static void Check(JsonObject node, FieldErrors errors)
    {
        CheckTaints(node.Object("spec"), errors);
        CheckResources(node.Object("status"), errors);
        if (node.Object("status").Object("nodeInfo").Object("swap").Int64("capacity") is <= 0 and var swap)
            errors.Invalid(FieldPath.Metadata.Child("nodeSwapStatus", "capacity"), swap, "must be greater than zero");
        CheckFeatures(node.Object("status"), errors);
        CheckRanges(node.Object("spec"), FieldPath.Spec.Child("podCIDRs"), errors);
    }

    /// <summary>Checks a change, of the node or of its status: what others have built on stays.</summary>
    public static void CheckUpdate(JsonObject node, JsonObject old, FieldErrors errors)
    {
        var (spec, before) = (node.Object("spec"), old.Object("spec"));
        CheckResources(node.Object("status"), errors);
        CheckFeatures(node.Object("status"), errors);
        CheckAddresses(node.Object("status"), errors);
        var ranges = before.Texts("podCIDRs").ToList();
        if (ranges.Count > 0)
        {
            var now = spec.Texts("podCIDRs").ToList();
            if (now.Count != ranges.Count)
                errors.Forbidden(FieldPath.Spec.Child("podCIDRs"), OneRange);
            else
                foreach (var _ in ranges.Zip(now).Where(static r => r.First != r.Second))
                    errors.Forbidden(FieldPath.Spec.Child("podCIDRs"), OneRange);
        }
        if (before.Text("providerID") is { Length: > 0 } provider && spec.Text("providerID") != provider)
            errors.Invalid(FieldPath.Spec.Child("providerID"), (JsonNode?)null, spec.Text("providerID") is { Length: > 0 } ? "field cannot be modified once set" : "field cannot be cleared once set");
        if ((spec.Text("externalID") ?? "") != (before.Text("externalID") ?? ""))
            errors.Forbidden(FieldPath.Spec.Child("externalID"), "may not be updated");
    }

    // Upstream puts the names of resources into the path as if they were fields.
    private static void CheckResources(JsonObject? status, FieldErrors errors)
    {
        foreach (var list in (ReadOnlySpan<string>)["capacity", "allocatable"])
            foreach (var (name, value) in status.Object(list) ?? [])
                if (Quantity.TryParse(value?.ToString(), out var amount))
                    ResourceRules.CheckQuantity(name, amount, FieldPath.Status.Child(list).Child(name), errors);
    }

    private static void CheckAddresses(JsonObject? status, FieldErrors errors)
    {
        var seen = new HashSet<(string?, string?)>();
        foreach (var (i, address) in status.Items("addresses"))
            if (!seen.Add((address.Text("type"), address.Text("address"))))
                errors.Duplicate(FieldPath.Status.Child("addresses").Index(i), new JsonObject { ["Type"] = address.Text("type") ?? "", ["Address"] = address.Text("address") ?? "" });
    }

    // The features that an agent says it has, in order.
    private static void CheckFeatures(JsonObject? status, FieldErrors errors)
    {
        var features = status.Texts("declaredFeatures").ToList();
        var path = FieldPath.Status.Child("declaredFeatures");
        for (var i = 0; i < features.Count; i++)
        {
            if (FeatureFault(features[i]) is { } fault)
                errors.Invalid(path.Index(i), features[i], $"invalid feature name {GoText.Quote(features[i])}: {fault}");
            if (i + 1 == features.Count)
                return;
            var next = features[i + 1];
            if (features[i] == next)
                errors.Duplicate(path.Index(i + 1), next);
            else if (string.CompareOrdinal(features[i], next) > 0)
                errors.Invalid(path.Index(i + 1), next, "list must be sorted alphabetically");
        }
    }

    private static string? FeatureFault(string name)
    {
        if (name.Length > DnsNames.MaxSubdomain)
            return $"must be no more than {DnsNames.MaxSubdomain} characters";
        var isName = char.IsAsciiLetterUpper(name.FirstOrDefault()) && name.Split('/').All(static part => part.Length > 0 && char.IsAsciiLetter(part[0]) && part.All(char.IsAsciiLetterOrDigit));
        return isName ? null : "must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes";
    }

    // Upstream reports taints under the metadata, where they once were an annotation.
    private static void CheckTaints(JsonObject? spec, FieldErrors errors)
    {
        if (spec.Array("taints") is not { Count: > 0 })
            return;
        var path = FieldPath.Metadata.Child("taints");
        var seen = new HashSet<(string, string)>();
        foreach (var (i, taint) in spec.Items("taints"))
        {
            var item = path.Index(i);
            var (key, value, effect) = (taint.Text("key") ?? "", taint.Text("value") ?? "", taint.Text("effect") ?? "");
            errors.Invalid(item.Child("key"), key, LabelNames.QualifiedName(key));
            if (LabelNames.Value(value) is { Count: > 0 } faults)
                errors.Invalid(item.Child("value"), value, string.Join(";", faults));
            if (effect.Length == 0)
                errors.Required(item.Child("effect"));
            FieldRules.OneOf(taint, "effect", TolerationRules.TaintEffects, item, errors);
            if (!seen.Add((key, effect)))
                errors.Duplicate(item, new JsonObject { ["Key"] = key, ["Value"] = value, ["Effect"] = effect, ["TimeAdded"] = taint["timeAdded"]?.DeepClone() },
                    "taints must be unique by key and effect pair");
        }
    }

    private static void CheckRanges(JsonObject? spec, FieldPath path, FieldErrors errors)
    {
        var ranges = spec.Texts("podCIDRs").ToList();
        for (var i = 0; i < ranges.Count; i++)
            errors.Invalid(path.Index(i), ranges[i], AddressRules.Cidr(ranges[i]));
        if (ranges.Count < MaxRanges)
            return;
        if (ranges.Count > MaxRanges || ranges[0].Contains(':', StringComparison.Ordinal) == ranges[1].Contains(':', StringComparison.Ordinal))
            errors.Invalid(path, spec!["podCIDRs"], "may specify no more than one CIDR for each IP family");
    }
}
