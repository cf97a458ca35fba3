using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Selectors;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Admission;

/// <summary>The webhooks of a configuration (upstream: <c>validateValidatingWebhook</c>, <c>validateMutatingWebhook</c>); match conditions are not compiled.</summary>
internal static class WebhookRules
{
    private const int MaxConditions = 64;

    /// <summary>End of the names of configurations that come from files (upstream: <c>ValidateStaticSuffix</c>).</summary>
    private const string InFiles = ".static.k8s.io";
    private static readonly string[] Harmless = ["None", "NoneOnDryRun"];
    private static readonly string[] Versions = ["v1", "v1beta1"];

    /// <summary>Checks the webhooks.</summary>
    /// <param name="obj">The configuration.</param>
    /// <param name="old">The one before; null for a new one. What was let in once does not stand in the way of a change.</param>
    /// <param name="errors">Receives what is wrong.</param>
    public static void Check(JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        var before = old.Items("webhooks").Select(static w => w.Item).ToList();
        var harmless = before.All(static w => Array.IndexOf(Harmless, w.Text("sideEffects")) >= 0);
        var readable = before.All(static w => w.Array("admissionReviewVersions") is not { Count: > 0 } || w.Texts("admissionReviewVersions").Any(Versions.Contains));
        var unique = before.DistinctBy(static w => w.Text("name")).Count() == before.Count;
        var sameConditions = old is not null && before.Count == obj.Items("webhooks").Count() && obj.Items("webhooks").Zip(before).All(static p => JsonEquality.Same(p.First.Item["matchConditions"], p.Second["matchConditions"]));
        var names = new HashSet<string>();
        foreach (var (i, hook) in obj.Items("webhooks"))
        {
            var path = FieldPath.Of("webhooks").Index(i);
            CheckOne(hook, harmless, path, errors);
            if (!sameConditions)
                CheckConditions(hook, path.Child("matchConditions"), errors);
            CheckVersions(hook, readable, path.Child("admissionReviewVersions"), errors);
            if (unique && hook.Text("name") is { Length: > 0 } name && !names.Add(name))
                errors.Duplicate(path.Child("name"), name);
        }
        if (old is null && obj.Object("metadata").Text("name") is { } own && own.EndsWith(InFiles, StringComparison.Ordinal))
            errors.Invalid(FieldPath.Metadata.Child("name"), own, $"names ending with \"{InFiles}\" are reserved for static manifest-based configurations and cannot be managed via the API");
    }

    private static void CheckOne(JsonObject hook, bool harmless, FieldPath path, FieldErrors errors)
    {
        if (FieldRules.Required(hook, "name", path, errors) is { } name)
        {
            if (DnsNames.Subdomain(name) is { Count: > 0 } faults)
                errors.Invalid(path.Child("name"), name, string.Join(',', faults));
            else if (name.Count(static c => c == '.') < 2)
                errors.Invalid(path.Child("name"), name, "should be a domain with at least three segments separated by dots");
        }
        foreach (var (i, rule) in hook.Items("rules"))
            WebhookScopeRules.Check(rule, path.Child("rules").Index(i), errors);
        if (hook.Text("sideEffects") is null)
            errors.Required(path.Child("sideEffects"), $"must specify one of {(harmless ? "None, NoneOnDryRun" : "None, NoneOnDryRun, Some, Unknown")}");
        else if (harmless)
            FieldRules.OneOf(hook, "sideEffects", Harmless, path, errors);
        if (hook.Int64("timeoutSeconds") is < 1 or > 30)
            errors.Invalid(path.Child("timeoutSeconds"), hook.Int64("timeoutSeconds")!.Value, "the timeout value must be between 1 and 30 seconds");
        LabelSelectorJson.Validate(hook.Object("namespaceSelector"), path.Child("namespaceSelector"), errors);
        LabelSelectorJson.Validate(hook.Object("objectSelector"), path.Child("objectSelector"), errors);
        WebhookClientRules.Check(hook.Object("clientConfig"), path.Child("clientConfig"), errors);
    }

    private static void CheckConditions(JsonObject hook, FieldPath path, FieldErrors errors)
    {
        if (hook.Array("matchConditions") is { Count: > MaxConditions } many)
            errors.TooMany(path, many.Count, MaxConditions);
        var names = new HashSet<string>();
        foreach (var (i, condition) in hook.Items("matchConditions"))
        {
            if (string.IsNullOrWhiteSpace(condition.Text("expression")))
                errors.Required(path.Index(i).Child("expression"));
            if (FieldRules.Required(condition, "name", path.Index(i), errors) is not { } name)
                continue;
            errors.Invalid(path.Index(i).Child("name"), name, LabelNames.QualifiedName(name));
            if (!names.Add(name))
                errors.Duplicate(path.Index(i).Child("name"), name);
        }
    }

    private static void CheckVersions(JsonObject hook, bool readable, FieldPath path, FieldErrors errors)
    {
        var versions = hook.Texts("admissionReviewVersions").ToList();
        if (versions.Count == 0)
        {
            errors.Required(path, "must specify one of v1, v1beta1");
            return;
        }
        var seen = new HashSet<string>();
        for (var i = 0; i < versions.Count; i++)
            if (!seen.Add(versions[i]))
                errors.Invalid(path.Index(i), versions[i], "duplicate version");
            else
                errors.Invalid(path.Index(i), versions[i], DnsNames.Label1035(versions[i]));
        if (readable && !versions.Any(Versions.Contains))
            errors.Invalid(path, hook["admissionReviewVersions"], "must include at least one of v1, v1beta1");
    }
}
