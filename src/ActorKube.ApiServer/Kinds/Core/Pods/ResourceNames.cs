using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>Names of resources that containers and nodes count (upstream: <c>ValidateContainerResourceName</c> and its helpers).</summary>
internal static class ResourceNames
{
    private const string HugePages = "hugepages-";

    /// <summary>What is wrong with the name as one that a container may use; nothing for a good one.</summary>
    public static IEnumerable<string> OfContainer(string name)
    {
        if (name is "cpu" or "memory" or "ephemeral-storage" || IsHugePages(name))
            return [];
        if (LabelNames.QualifiedName(name) is { Count: > 0 } faults)
            return faults;
        if (!name.Contains('/', StringComparison.Ordinal))
            return ["must be a standard resource for containers"];
        return IsNative(name) || IsExtended(name) ? [] : ["doesn't follow extended resource name standard"];
    }

    /// <summary>Whether pods may be promised more of it than there is: not of pages and devices.</summary>
    public static bool IsOvercommitAllowed(string name) => IsNative(name) && !IsHugePages(name);

    /// <summary>Whether it is counted in whole pieces.</summary>
    public static bool IsCounted(string name) => name is "pods" or "services" or "replicationcontrollers" or "resourcequotas" or "secrets" or "configmaps" || IsExtended(name);

    /// <summary>Whether it is memory in large pages.</summary>
    public static bool IsHugePages(string name) => name.StartsWith(HugePages, StringComparison.Ordinal);

    private static bool IsNative(string name) => !name.Contains('/', StringComparison.Ordinal) || name.Contains("kubernetes.io/", StringComparison.Ordinal);

    private static bool IsExtended(string name) =>
        !IsNative(name) && !name.StartsWith("requests.", StringComparison.Ordinal) && LabelNames.QualifiedName("requests." + name).Count == 0;
}
