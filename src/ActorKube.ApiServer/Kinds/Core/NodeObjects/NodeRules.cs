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

    /// <summary>Checks a node.</summary>
    public static void Check(JsonObject node, FieldErrors errors)
    {
        var spec = node.Object("spec");
        if (spec.Array("taints") is { Count: > 0 })
            CheckTaints(spec!, FieldPath.Spec.Child("taints"), errors);
        CheckRanges(spec, errors);
        CheckStatus(node.Object("status"), errors);
    }

    /// <summary>Checks a status: amounts, and addresses once each.</summary>
    public static void CheckStatus(JsonObject? status, FieldErrors errors)
    {
        foreach (var list in (ReadOnlySpan<string>)["capacity", "allocatable"])
            foreach (var (name, value) in status.Object(list) ?? [])
            {
                if (!name.Contains('/', StringComparison.Ordinal) && LabelNames.QualifiedName(name) is { Count: > 0 } faults)
                    errors.Invalid(FieldPath.Status.Child(list).Key(name), name, faults);
                if (Quantity.TryParse(value?.ToString(), out var amount))
                    ResourceRules.CheckQuantity(name, amount, FieldPath.Status.Child(list).Key(name), errors);
            }
        var seen = new HashSet<(string?, string?)>();
        foreach (var (i, address) in status.Items("addresses"))
            if (!seen.Add((address.Text("type"), address.Text("address"))))
                errors.Duplicate(FieldPath.Status.Child("addresses").Index(i), address);
    }

    /// <summary>Checks a change: what others have built on stays.</summary>
    public static void CheckUpdate(JsonObject node, JsonObject old, FieldErrors errors)
    {
        var spec = node.Object("spec");
        var before = old.Object("spec");
        if (before.Array("podCIDRs") is { Count: > 0 } ranges && !JsonEquality.Same(spec?["podCIDRs"], ranges))
            errors.Forbidden(FieldPath.Spec.Child("podCIDRs"), "node updates may not change podCIDR except from \"\" to valid");
        if (before.Text("providerID") is { Length: > 0 } provider && spec.Text("providerID") != provider)
            errors.Forbidden(FieldPath.Spec.Child("providerID"), "node updates may not change providerID except from \"\" to valid");
    }

    private static void CheckTaints(JsonObject spec, FieldPath path, FieldErrors errors)
    {
        var seen = new HashSet<(string, string)>();
        foreach (var (i, taint) in spec.Items("taints"))
        {
            var item = path.Index(i);
            var key = taint.Text("key") ?? "";
            var effect = taint.Text("effect") ?? "";
            errors.Invalid(item.Child("key"), key, LabelNames.QualifiedName(key));
            if (LabelNames.Value(taint.Text("value") ?? "") is { Count: > 0 } faults)
                errors.Invalid(item.Child("value"), taint.Text("value")!, string.Join(";", faults));
            if (effect.Length == 0)
                errors.Required(item.Child("effect"));
            if (!seen.Add((key, effect)))
                errors.Duplicate(item, taint);
        }
    }

    private static void CheckRanges(JsonObject? spec, FieldErrors errors)
    {
        var ranges = spec.Texts("podCIDRs").ToList();
        var path = FieldPath.Spec.Child("podCIDRs");
        if (ranges.Count == 0)
        {
            FieldRules.Form(spec, "podCIDR", AddressRules.Cidr, FieldPath.Spec, errors);
            return;
        }
        if (spec.Text("podCIDR") is { Length: > 0 } first && first != ranges[0])
            errors.Invalid(path.Index(0), ranges[0], "must match `podCIDR`");
        for (var i = 0; i < ranges.Count; i++)
            errors.Invalid(path.Index(i), ranges[i], AddressRules.Cidr(ranges[i]));
        if (ranges.Count > MaxRanges)
            errors.Invalid(path, spec!["podCIDRs"], "may specify no more than one CIDR for each IP family");
        else if (ranges.Count == MaxRanges && ranges[0].Contains(':', StringComparison.Ordinal) == ranges[1].Contains(':', StringComparison.Ordinal))
            errors.Invalid(path, spec!["podCIDRs"], "may specify no more than one CIDR for each IP family");
    }
}
