using System.Collections.Frozen;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Quotas;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds.Core.Limits;

/// <summary>What quotas may look like (upstream: <c>ValidateResourceQuotaSpec</c>).</summary>
internal static class QuotaRules
{
    private static readonly FrozenSet<string> OfPods = ["pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];

    private static readonly (string One, string Other)[] Opposites = [(QuotaScope.BestEffort, QuotaScope.NotBestEffort), (QuotaScope.Terminating, QuotaScope.NotTerminating)];

    /// <summary>Checks names and amounts.</summary>
    public static void CheckAmounts(JsonObject? list, FieldPath path, FieldErrors errors)
    {
        foreach (var (name, value) in list ?? [])
        {
            var place = path.Key(name);
            errors.Invalid(place, name, ResourceNames.OfAnything(name));
            if (!name.Contains('/', StringComparison.Ordinal) && !ResourceNames.IsOfQuota(name))
                errors.Invalid(place, name, "must be a standard resource for quota");
            if (Quantity.TryParse(value?.ToString(), out var amount))
                ResourceRules.CheckQuantity(name, amount, place, errors);
        }
    }

    /// <summary>Checks <c>scopes</c>.</summary>
    public static void CheckScopes(JsonObject? spec, FieldErrors errors)
    {
        var path = FieldPath.Spec.Child("scopes");
        var list = spec?["scopes"];
        var seen = new HashSet<string>();
        foreach (var scope in spec.Texts("scopes"))
        {
            if (!QuotaScope.Names.Contains(scope))
                errors.Invalid(path, list, "unsupported scope");
            else if (seen.Add(scope))
                CheckResources(spec, scope, path, list, errors);
        }
        CheckOpposites(seen, path, list, errors);
    }

    /// <summary>Checks <c>scopeSelector</c>.</summary>
    public static void CheckSelector(JsonObject? spec, FieldErrors errors)
    {
        if (spec.Object("scopeSelector") is not { } selector)
            return;
        var path = FieldPath.Spec.Child("scopeSelector").Child("matchExpressions");
        var seen = new HashSet<string>();
        JsonObject? shown = null;
        foreach (var expression in selector.Objects("matchExpressions"))
        {
            var scope = expression.Text("scopeName") ?? "";
            if (!QuotaScope.Names.Contains(scope))
                errors.Invalid(path.Child("scopeName"), scope, "unsupported scope");
            else if (seen.Add(scope))
                CheckResources(spec, scope, path, shown ??= Shown(selector), errors);
            CheckOperator(expression, scope, path, errors);
        }
        CheckOpposites(seen, path, spec?["scopes"], errors);
    }

    /// <summary>Says where more may be requested than used (upstream: <c>WarningsOnCreate</c>).</summary>
    public static void Warn(Amounts hard, WarningList warnings)
    {
        foreach (var name in (ReadOnlySpan<string>)["cpu", "memory", "storage", "ephemeral-storage"])
        {
            var (request, limit) = ($"requests.{name}", $"limits.{name}");
            // Of these two the bare name means the same.
            if (name is "cpu" or "memory" && !hard.Has(request))
                request = name;
            if (hard.Has(request) && hard.Has(limit) && hard[request] > hard[limit])
                warnings.Add($"ResourceQuota {request} ({hard[request]}) should be less than {limit} ({hard[limit]})");
        }
    }

    private static void CheckOperator(JsonObject expression, string scope, FieldPath path, FieldErrors errors)
    {
        var op = expression.Text("operator") ?? "";
        if (scope is QuotaScope.BestEffort or QuotaScope.NotBestEffort or QuotaScope.Terminating or QuotaScope.NotTerminating or QuotaScope.CrossNamespacePodAffinity && op != QuotaScope.Exists)
            errors.Invalid(path.Child("operator"), op,
                "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
        var hasValues = expression.Array("values") is { Count: > 0 };
        if (!QuotaScope.Operators.Contains(op))
            errors.Invalid(path.Child("operator"), op, "not a valid selector operator");
        if (op is "In" or "NotIn" && !hasValues)
            errors.Required(path.Child("values"), "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
        if (op is QuotaScope.Exists or "DoesNotExist" && hasValues)
            errors.Invalid(path.Child("values"), expression["values"], "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
    }

    // Once for each scope: that the same scope is named again makes no further resource wrong.
    private static void CheckResources(JsonObject? spec, string scope, FieldPath path, JsonNode? shown, FieldErrors errors)
    {
        foreach (var (name, _) in spec.Object("hard") ?? [])
            if (ResourceNames.IsOfQuota(name) && !IsAllowed(scope, name))
                errors.Invalid(path, shown, "unsupported scope applied to resource");
    }

    private static bool IsAllowed(string scope, string resource) => scope switch
    {
        QuotaScope.BestEffort => resource == "pods",
        QuotaScope.Terminating or QuotaScope.NotTerminating or QuotaScope.NotBestEffort or QuotaScope.PriorityClass or QuotaScope.CrossNamespacePodAffinity => OfPods.Contains(resource),
        QuotaScope.VolumeAttributesClass => resource is "persistentvolumeclaims" or "requests.storage",
        _ => true,
    };

    // Upstream shows the type of its own that it looks at.
    private static JsonObject Shown(JsonObject selector) => new()
    {
        ["MatchExpressions"] = new JsonArray([.. selector.Objects("matchExpressions").Select(static e => new JsonObject
        {
            ["ScopeName"] = e.Text("scopeName") ?? "",
            ["Operator"] = e.Text("operator") ?? "",
            ["Values"] = e["values"]?.DeepClone(),
        })]),
    };

    private static void CheckOpposites(HashSet<string> scopes, FieldPath path, JsonNode? shown, FieldErrors errors)
    {
        foreach (var (one, other) in Opposites)
            if (scopes.Contains(one) && scopes.Contains(other))
                errors.Invalid(path, shown, "conflicting scopes");
    }
}
