using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Admission;

/// <summary>Which requests a rule of a webhook is about (upstream: <c>validateRuleWithOperations</c>).</summary>
internal static class WebhookScopeRules
{
    private const string All = "*";
    private static readonly string[] Operations = [All, "CONNECT", "CREATE", "DELETE", "UPDATE"];
    private static readonly string[] Scopes = [All, "Cluster", "Namespaced"];

    /// <summary>Checks a rule.</summary>
    public static void Check(JsonObject rule, FieldPath path, FieldErrors errors)
    {
        CheckList(rule, "operations", "operations", path, errors);
        var place = 0;
        foreach (var operation in rule.Texts("operations"))
        {
            if (Array.IndexOf(Operations, operation) < 0)
                errors.NotSupported(path.Child("operations").Index(place), operation, Operations);
            place++;
        }
        CheckList(rule, "apiGroups", "API groups", path, errors);
        CheckList(rule, "apiVersions", "API versions", path, errors);
        place = 0;
        foreach (var version in rule.Texts("apiVersions"))
        {
            if (version.Length == 0)
                errors.Required(path.Child("apiVersions").Index(place));
            place++;
        }
        CheckResources([.. rule.Texts("resources")], rule["resources"], path.Child("resources"), errors);
        FieldRules.OneOf(rule, "scope", Scopes, path, errors);
    }

    private static void CheckList(JsonObject rule, string list, string called, FieldPath path, FieldErrors errors)
    {
        var count = rule.Array(list)?.Count ?? 0;
        if (count == 0)
            errors.Required(path.Child(list));
        else if (count > 1 && rule.Texts(list).Contains(All))
            errors.Invalid(path.Child(list), rule[list], $"if '*' is present, must not specify other {called}");
    }

    private static void CheckResources(string[] resources, JsonNode? list, FieldPath path, FieldErrors errors)
    {
        if (resources.Length == 0)
            errors.Required(path);
        var (wholes, everywhere) = (new HashSet<string>(), new HashSet<string>());
        var plain = false;
        for (var i = 0; i < resources.Length; i++)
        {
            var text = resources[i];
            if (text.Length == 0)
            {
                errors.Required(path.Index(i));
                continue;
            }
            var slash = text.IndexOf('/');
            if (slash < 0)
            {
                plain = text != All;
                continue;
            }
            var (resource, part) = (text[..slash], text[(slash + 1)..]);
            if (wholes.Contains(resource))
                errors.Invalid(path.Index(i), text, $"if '{resource}/*' is present, must not specify {text}");
            if (everywhere.Contains(part))
                errors.Invalid(path.Index(i), text, $"if '*/{part}' is present, must not specify {text}");
            if (part == All)
                wholes.Add(resource);
            if (resource == All)
                everywhere.Add(part);
        }
        if (resources.Length > 1 && resources.Contains("*/*"))
            errors.Invalid(path, list, "if '*/*' is present, must not specify other resources");
        if (plain && resources.Contains(All))
            errors.Invalid(path, list, "if '*' is present, must not specify other resources without subresources");
    }
}
