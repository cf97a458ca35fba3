using System.Collections.Frozen;
using ActorKube.Api.Quantities;

namespace ActorKube.Api.Validation;

/// <summary>Names of resources that containers and nodes count (upstream: <c>pkg/apis/core/helper</c>).</summary>
public static class ResourceNames
{
    private const string HugePages = "hugepages-";

    private static readonly FrozenSet<string> Standard =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage",
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "storage", "requests.storage",
        "services.nodeports", "services.loadbalancers",
    ];

    private static readonly FrozenSet<string> Whole =
    [
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
    ];

    /// <summary>What is wrong with the name as that of any resource; nothing for a good one (upstream: <c>validateResourceName</c>).</summary>
    public static IReadOnlyList<string> OfAnything(string name)
    {
        if (LabelNames.QualifiedName(name) is { Count: > 0 } faults)
            return faults;
        return IsPlain(name) && !Standard.Contains(name) && !IsHugePages(name) && !name.StartsWith("requests." + HugePages, StringComparison.Ordinal)
            ? ["must be a standard resource type or fully qualified"] : [];
    }

    /// <summary>What is wrong with the name as one that a container may use; nothing for a good one (upstream: <c>validateContainerResourceName</c>).</summary>
    public static IReadOnlyList<string> OfContainer(string name)
    {
        if (name is "cpu" or "memory" or "ephemeral-storage" || IsHugePages(name))
            return [];
        var faults = OfAnything(name);
        if (IsPlain(name))
            return [.. faults, "must be a standard resource for containers"];
        return IsNative(name) || IsExtended(name) ? faults : [.. faults, "doesn't follow extended resource name standard"];
    }

    /// <summary>Whether it is one of those without a group that a quota may limit (upstream: <c>IsStandardQuotaResourceName</c>).</summary>
    public static bool IsOfQuota(string name) =>
        name != "storage" && (Standard.Contains(name) || IsHugePages(name) || name.StartsWith("requests." + HugePages, StringComparison.Ordinal));

    /// <summary>Whether a pod as a whole may have it.</summary>
    public static bool IsOfPod(string name) => name is "cpu" or "memory" || IsHugePages(name);

    /// <summary>Whether pods may be promised more of it than there is: not of pages and devices.</summary>
    public static bool IsOvercommitAllowed(string name) => IsNative(name) && !IsHugePages(name);

    /// <summary>Whether it is counted in whole pieces.</summary>
    public static bool IsCounted(string name) => Whole.Contains(name) || IsExtended(name);

    /// <summary>Whether it is memory in large pages.</summary>
    public static bool IsHugePages(string name) => name.StartsWith(HugePages, StringComparison.Ordinal);

    /// <summary>Whether an amount of large pages is a number of pages of the size that the name says.</summary>
    public static bool IsWholePages(string name, Quantity amount) =>
        Quantity.TryParse(name.AsSpan(HugePages.Length), out var size) && size.Sign > 0 && size.MilliValue % 1000 == 0 && amount.Value % size.Value == 0;

    /// <summary>Whether it is one that devices and operators add to nodes (upstream: <c>IsExtendedResourceName</c>).</summary>
    public static bool IsExtended(string name) =>
        !IsNative(name) && !name.StartsWith("requests.", StringComparison.Ordinal) && LabelNames.QualifiedName("requests." + name).Count == 0;

    /// <summary>Whether it belongs to Kubernetes itself.</summary>
    public static bool IsNative(string name) => IsPlain(name) || name.Contains("kubernetes.io/", StringComparison.Ordinal);

    private static bool IsPlain(string name) => !name.Contains('/', StringComparison.Ordinal);
}
