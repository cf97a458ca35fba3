using System.Collections.Immutable;
using ActorKube.NodeAgent.Pods;
using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Which pods a node does not take, whatever room it has (upstream: the kubelet's admit handlers). What such a pod asks for would be left out without a word.</summary>
internal static class AdmissionRules
{
    private const string OperatingSystem = "linux";
    private const string SystemLabel = "kubernetes.io/os";

    /// <summary>Why the pod is not taken; null when it is.</summary>
    /// <param name="spec">The pod.</param>
    /// <param name="allowedSysctls">Kernel parameters that the node allows beside the safe ones.</param>
    /// <param name="strictGroups">Whether the runtime can leave out the groups of images.</param>
    public static PodVerdict? Refusal(V1PodSpec spec, ImmutableArray<string> allowedSysctls, bool strictGroups)
    {
        if (spec.NodeSelector is { } wanted && wanted.TryGetValue(SystemLabel, out var label) && label != OperatingSystem)
            return new PodVerdict("PodOSSelectorNodeLabelDoesNotMatch", "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label");
        if (spec.Os is { Name: not OperatingSystem })
            return new PodVerdict("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS");
        if (spec.SecurityContext?.SupplementalGroupsPolicy == "Strict" && !strictGroups)
            return new PodVerdict("SupplementalGroupsPolicyNotSupported", "SupplementalGroupsPolicy=Strict is not supported in this node");
        return SysctlRules.Refusal(spec, allowedSysctls) is { } forbidden ? new PodVerdict("SysctlForbidden", forbidden) : null;
    }
}
