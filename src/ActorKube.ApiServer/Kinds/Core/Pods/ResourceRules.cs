using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Quantities;
using ActorKube.Api.Pods;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>What containers and pods request and are limited to (upstream: <c>validateResourceRequirements</c>, <c>validatePodResources</c>).</summary>
internal static class ResourceRules
{
    private static readonly string[] PodResources = ["cpu", "hugepages-", "memory"];

    /// <summary>Checks the resources of a container.</summary>
    /// <param name="resources">Its <c>resources</c>.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="owner">Path of the container.</param>
    /// <param name="errors">Where findings go.</param>
    public static void CheckContainer(JsonObject? resources, PodContext pod, FieldPath owner, FieldErrors errors)
    {
        if (resources is { Count: > 0 })
            Check(resources, CheckContainerName, pod, owner.Child("resources"), errors);
    }

    /// <summary>Checks those of the pod as a whole: its containers fit into them.</summary>
    public static void CheckPod(JsonObject spec, PodContext pod, FieldPath path, FieldErrors errors)
    {
        if (spec.Object("resources") is not { } resources)
            return;
        if (spec.Object("os").Text("name") == "windows")
        {
            errors.Forbidden(path, "may not be set for a windows pod");
            return;
        }
        if (resources["claims"] is not null)
            errors.Forbidden(path.Child("claims"), "claims may not be set for Resources at pod-level");
        Check(resources, CheckPodName, pod, path, errors);
        CheckSums(resources.Object("requests"), PodResourceSums.Requests(spec), path, "requests", errors);
        // Pages are promised to one pod only, so that its containers cannot have more of them together either.
        CheckSums(resources.Object("limits"), PodResourceSums.Limits(spec).Where(static s => ResourceNames.IsHugePages(s.Key)), path, "limits", errors);
        foreach (var (i, container) in spec.Items("containers"))
            foreach (var (name, value) in container.Object("resources").Object("limits") ?? [])
                if (Quantity.TryParse(resources.Object("limits")?[name]?.ToString(), out var most) && Quantity.TryParse(value?.ToString(), out var limit) && limit > most)
                    errors.Invalid(path.Child("containers").Index(i).Key(name).Child("limits"), limit.ToString(), $"must be less than or equal to pod limits of {most}");
    }

    // What the pod says nothing of is its containers' alone.
    private static void CheckSums(JsonObject? own, IEnumerable<KeyValuePair<string, Quantity>> sums, FieldPath path, string list, FieldErrors errors)
    {
        foreach (var (name, sum) in sums)
            if (Quantity.TryParse(own?[name]?.ToString(), out var amount) && sum > amount)
                errors.Invalid(path.Child(list).Key(name), amount.ToString(), $"must be greater than or equal to aggregate container {list} of {sum}");
    }

    /// <summary>Checks what running the pod itself costs (upstream: <c>validateOverhead</c>).</summary>
    public static void CheckOverhead(JsonObject? overhead, PodContext pod, FieldPath path, FieldErrors errors)
    {
        if (overhead is { Count: > 0 })
            Check(new JsonObject { ["limits"] = overhead.DeepClone() }, CheckContainerName, pod, path, errors);
    }

    /// <summary>Checks the form of an amount of any resource (upstream: <c>ValidateResourceQuantityValue</c>).</summary>
    public static void CheckQuantity(string name, Quantity amount, FieldPath path, FieldErrors errors)
    {
        if (amount.Sign < 0)
            errors.Invalid(path, amount.ToString(), FieldRules.IsNegative);
        if (amount.MilliValue % 1000 != 0 && ResourceNames.IsCounted(name))
            errors.Invalid(path, amount.ToString(), "must be an integer");
    }

    /// <summary>Checks an amount of something that is measured in whole units (upstream: <c>validateBasicResource</c>).</summary>
    public static void CheckBasic(Quantity amount, FieldPath path, FieldErrors errors)
    {
        if (amount.Value < 0)
            errors.Invalid(path, amount.Value, "must be a valid resource quantity");
    }

    private static void Check(JsonObject resources, Action<string, FieldPath, FieldErrors> checkName, PodContext pod, FieldPath path, FieldErrors errors)
    {
        var limits = resources.Object("limits");
        var small = false;
        var huge = false;
        foreach (var (name, value) in limits ?? [])
        {
            if (CheckAmount(name, value, checkName, path, "limits", errors) is { } amount)
                CheckPages(name, amount, path, "limits", errors);
            huge |= ResourceNames.IsHugePages(name);
            small |= name is "cpu" or "memory";
        }
        foreach (var (name, value) in resources.Object("requests") ?? [])
        {
            if (CheckAmount(name, value, checkName, path, "requests", errors) is { } amount)
            {
                CheckAgainstLimit(name, amount, limits, path, errors);
                CheckPages(name, amount, path, "requests", errors);
            }
            huge |= ResourceNames.IsHugePages(name);
            small |= name is "cpu" or "memory";
        }
        if (huge && !small)
            errors.Forbidden(path, "HugePages require cpu or memory");
        if (resources.Array("claims") is { Count: > 0 })
            ClaimRules.CheckUses(resources, pod, path.Child("claims"), errors);
    }

    private static void CheckContainerName(string name, FieldPath path, FieldErrors errors)
    {
        if (ResourceNames.OfContainer(name) is { Count: > 0 } faults)
            errors.Invalid(path.Key(name), name, faults);
    }

    private static void CheckPodName(string name, FieldPath path, FieldErrors errors)
    {
        if (ResourceNames.OfAnything(name) is { Count: > 0 } faults)
            errors.Invalid(path.Key(name), name, faults);
        else if (!ResourceNames.IsOfPod(name))
            errors.NotSupported(path.Key(name), name, PodResources);
    }

    private static Quantity? CheckAmount(string name, JsonNode? value, Action<string, FieldPath, FieldErrors> checkName, FieldPath path, string list, FieldErrors errors)
    {
        var place = path.Child(list);
        checkName(name, place, errors);
        if (!Quantity.TryParse(value?.ToString(), out var amount))
            return null;
        CheckQuantity(name, amount, place.Key(name), errors);
        return amount;
    }

    private static void CheckPages(string name, Quantity amount, FieldPath path, string list, FieldErrors errors)
    {
        if (ResourceNames.IsHugePages(name) && !ResourceNames.IsWholePages(name, amount))
            errors.Invalid(path.Child(list).Key(name), amount.ToString(), $"{amount} is not positive integer multiple of {name}");
    }

    private static void CheckAgainstLimit(string name, Quantity request, JsonObject? limits, FieldPath path, FieldErrors errors)
    {
        if (!Quantity.TryParse(limits?[name]?.ToString(), out var limit))
        {
            if (!ResourceNames.IsOvercommitAllowed(name))
                errors.Required(path.Child("limits"), "Limit must be set for non overcommitable resources");
            return;
        }
        if (request != limit && !ResourceNames.IsOvercommitAllowed(name))
            errors.Invalid(path.Child("requests"), request.ToString(), $"must be equal to {name} limit of {limit}");
        else if (request > limit)
            errors.Invalid(path.Child("requests"), request.ToString(), $"must be less than or equal to {name} limit of {limit}");
    }
}
