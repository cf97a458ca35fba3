using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Selectors of nodes (upstream: <c>ValidateNodeSelector</c>).</summary>
internal static class NodeSelectorRules
{
    /// <summary>Checks a node selector.</summary>
    public static void Check(JsonObject selector, FieldPath path, FieldErrors errors)
    {
        if (selector.Array("nodeSelectorTerms") is not { Count: > 0 })
            errors.Required(path.Child("nodeSelectorTerms"), "must have at least one node selector term");
        foreach (var (i, term) in selector.Items("nodeSelectorTerms"))
            CheckTerm(term, anyValue: false, path.Child("nodeSelectorTerms").Index(i), errors);
    }

    /// <summary>Checks one of its terms.</summary>
    /// <param name="term">The term.</param>
    /// <param name="anyValue">Whether values that no label can have are let through.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="errors">Where findings go.</param>
    public static void CheckTerm(JsonObject? term, bool anyValue, FieldPath path, FieldErrors errors)
    {
        foreach (var (i, requirement) in term.Items("matchExpressions"))
            RequirementRules.Validate(requirement, compares: true, anyValue, path.Child("matchExpressions").Index(i), errors);
        foreach (var (i, requirement) in term.Items("matchFields"))
            CheckFields(requirement, path.Child("matchFields").Index(i), errors);
    }

    private static void CheckFields(JsonObject requirement, FieldPath path, FieldErrors errors)
    {
        var values = requirement.Texts("values").ToList();
        var operation = requirement.Text("operator") ?? "";
        if (operation is not ("In" or "NotIn"))
            errors.Invalid(path.Child("operator"), operation, "not a valid selector operator");
        else if (values.Count != 1)
            errors.Required(path.Child("values"), "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
        if (requirement.Text("key") is not "metadata.name" and var key)
            errors.Invalid(path.Child("key"), key ?? "", "not a valid field selector key");
        else
            for (var i = 0; i < values.Count; i++)
                errors.Invalid(path.Child("values").Index(i), values[i], DnsNames.Subdomain(values[i]));
    }
}
