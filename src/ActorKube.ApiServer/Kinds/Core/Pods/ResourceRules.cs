using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>What containers request and are limited to (upstream: <c>validateResourceRequirements</c>).</summary>
internal static class ResourceRules
{
    /// <summary>Checks the resources of a container.</summary>
    /// <param name="resources">Its <c>resources</c>.</param>
    /// <param name="owner">Path of the container.</param>
    /// <param name="errors">Where findings go.</param>
    public static void Check(JsonObject? resources, FieldPath owner, FieldErrors errors)
    {
        if (resources is null || resources.Count == 0)
            return;
        var path = owner.Child("resources");
        var limits = resources.Object("limits");
        var requests = resources.Object("requests");
        var small = false;
        var huge = false;
        foreach (var (name, value) in limits ?? [])
        {
            CheckAmount(name, value, path.Child("limits"), errors);
            huge |= ResourceNames.IsHugePages(name);
            small |= name is "cpu" or "memory";
        }
        foreach (var (name, value) in requests ?? [])
        {
            if (CheckAmount(name, value, path.Child("requests"), errors) is { } amount)
                CheckAgainstLimit(name, amount, limits, path, errors);
            huge |= ResourceNames.IsHugePages(name);
            small |= name is "cpu" or "memory";
        }
        if (huge && !small)
            errors.Forbidden(path, "HugePages require cpu or memory");
    }

    /// <summary>Checks what running the pod itself costs (upstream: <c>validateOverhead</c>).</summary>
    public static void CheckOverhead(JsonObject? overhead, FieldPath path, FieldErrors errors)
    {
        foreach (var (name, value) in overhead ?? [])
            CheckAmount(name, value, path, errors);
    }

    /// <summary>Checks the form of an amount of any resource (upstream: <c>ValidateResourceQuantityValue</c>).</summary>
    public static void CheckQuantity(string name, Quantity amount, FieldPath path, FieldErrors errors)
    {
        if (amount.Sign < 0)
            errors.Invalid(path, amount.ToString(), FieldRules.IsNegative);
        else if (ResourceNames.IsCounted(name) && amount.MilliValue % 1000 != 0)
            errors.Invalid(path, amount.ToString(), "must be an integer");
    }

    private static Quantity? CheckAmount(string name, JsonNode? value, FieldPath path, FieldErrors errors)
    {
        foreach (var fault in ResourceNames.OfContainer(name))
            errors.Invalid(path.Key(name), name, fault);
        if (!Quantity.TryParse(value?.ToString(), out var amount))
            return null;
        CheckQuantity(name, amount, path.Key(name), errors);
        return amount;
    }

    private static void CheckAgainstLimit(string name, Quantity request, JsonObject? limits, FieldPath path, FieldErrors errors)
    {
        if (!Quantity.TryParse(limits?[name]?.ToString(), out var limit))
        {
            if (!ResourceNames.IsOvercommitAllowed(name) && !name.Contains("kubernetes.io/", StringComparison.Ordinal))
                errors.Required(path.Child("limits"), "Limit must be set for non overcommitable resources");
            return;
        }
        if (request != limit && !ResourceNames.IsOvercommitAllowed(name))
            errors.Invalid(path.Child("requests"), request.ToString(), $"must be equal to {name} limit of {limit}");
        else if (request > limit)
            errors.Invalid(path.Child("requests"), request.ToString(), $"must be less than or equal to {name} limit of {limit}");
    }
}
