using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.FlowControl;

/// <summary>Which requests a flow is made of (upstream: <c>ValidateFlowSchemaSpec</c>).</summary>
internal static class FlowSchemaRules
{
    private const int LowestPrecedence = 10_000;
    private const string Exempt = "exempt";
    private const string All = "*";
    private static readonly string[] Distinguishers = ["ByNamespace", "ByUser"];
    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"];

    /// <summary>Checks a schema.</summary>
    public static void Check(JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        var path = FieldPath.Spec;
        var precedence = spec.Int64("matchingPrecedence") ?? 0;
        if (precedence <= 0)
            errors.Invalid(path.Child("matchingPrecedence"), precedence, "must be a positive value");
        if (precedence > LowestPrecedence)
            errors.Invalid(path.Child("matchingPrecedence"), precedence, $"must not be greater than {LowestPrecedence}");
        if (precedence == 1 && obj.Object("metadata").Text("name") != Exempt)
            errors.Invalid(path.Child("matchingPrecedence"), precedence, "only the schema named 'exempt' may have matchingPrecedence 1");
        if (spec.Object("distinguisherMethod") is { } method && !Distinguishers.Contains(method.Text("type") ?? ""))
            errors.NotSupported(path.Child("distinguisherMethod", "type"), new JsonObject { ["Type"] = method.Text("type") ?? "" }, Distinguishers);
        var level = path.Child("priorityLevelConfiguration");
        if (spec.Object("priorityLevelConfiguration").Text("name") is { Length: > 0 } name)
            errors.Invalid(level.Child("name"), name, DnsNames.Subdomain(name));
        else
            errors.Required(level.Child("name"), "must reference a priority level");
        foreach (var (i, rule) in spec.Items("rules"))
            CheckRule(rule, path.Child("rules").Index(i), errors);
        if (FlowControlObjects.Mandatory(FlowControlObjects.Schemas, obj.Object("metadata").Text("name")) is { } fixedOne && !JsonEquality.Same(spec, fixedOne.Spec))
            errors.Invalid(path, spec, $"spec of '{fixedOne.Name}' must equal the fixed value");
    }

    private static void CheckRule(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        if (rule.Array("subjects") is not { Count: > 0 })
            errors.Required(path.Child("subjects"), "subjects must contain at least one value");
        foreach (var (i, subject) in rule.Items("subjects"))
            FlowSubjectRules.Check(subject, path.Child("subjects").Index(i), errors);
        if (rule.Array("resourceRules") is not { Count: > 0 } && rule.Array("nonResourceRules") is not { Count: > 0 })
            errors.Required(path, "at least one of resourceRules and nonResourceRules has to be non-empty");
        foreach (var (i, item) in rule.Items("resourceRules"))
            CheckResources(item, path.Child("resourceRules").Index(i), errors);
        foreach (var (i, item) in rule.Items("nonResourceRules"))
            CheckUrls(item, path.Child("nonResourceRules").Index(i), errors);
    }

    private static void CheckResources(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        CheckVerbs(rule, path, errors);
        CheckList(rule, "apiGroups", "resource rules must supply at least one api group", "api groups", path, errors);
        CheckList(rule, "resources", "resource rules must supply at least one resource", "resources", path, errors);
        if (rule.Array("namespaces") is not { Count: > 0 } && rule.Bool("clusterScope") == true)
            return;
        if (CheckList(rule, "namespaces", "resource rules that are not cluster scoped must supply at least one namespace", "namespaces", path, errors))
            return;
        var place = 0;
        foreach (var name in rule.Texts("namespaces"))
            errors.Invalid(path.Child("namespaces").Index(place++), name, DnsNames.Label(name).Select(static fault => $"each member of this list must be '*' or a DNS-1123 label; {fault}"));
    }

    private static void CheckUrls(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        CheckVerbs(rule, path, errors);
        if (CheckList(rule, "nonResourceURLs", "nonResourceURLs must contain at least one value", "non-resource URLs", path, errors))
            return;
        var place = 0;
        foreach (var url in rule.Texts("nonResourceURLs"))
        {
            if (FaultOf(url) is { } fault)
                errors.Invalid(path.Child("nonResourceURLs").Index(place), url, fault);
            place++;
        }
    }

    private static void CheckVerbs(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        if (!CheckList(rule, "verbs", "verbs must contain at least one value", "verbs", path, errors) && rule.Texts("verbs").Any(static v => !Verbs.Contains(v)))
            errors.NotSupported(path.Child("verbs"), rule["verbs"], Verbs);
    }

    /// <summary>Checks a list that has members, or the one that stands for all.</summary>
    /// <returns>Whether there is nothing more to check: the list is empty or has the one for all.</returns>
    private static bool CheckList(JsonObject rule, string list, string needed, string called, FieldPath path, FieldErrors errors)
    {
        var count = rule.Array(list)?.Count ?? 0;
        if (count == 0)
            errors.Required(path.Child(list), needed);
        if (!rule.Texts(list).Contains(All))
            return count == 0;
        if (count > 1)
            errors.Invalid(path.Child(list), rule[list], $"if '*' is present, must not specify other {called}");
        return true;
    }

    private static string? FaultOf(string url)
    {
        if (url.Length == 0)
            return "must not be empty";
        if (url[0] != '/')
            return "must start with slash";
        if (url.Contains(' ', StringComparison.Ordinal))
            return "must not contain white-space";
        if (url.Contains("//", StringComparison.Ordinal))
            return "must not contain double slash";
        return url.Count(static c => c == '*') is var stars && stars > 0 && (stars > 1 || !url.EndsWith("/*", StringComparison.Ordinal)) ? "wildcard can only do suffix matching" : null;
    }
}
