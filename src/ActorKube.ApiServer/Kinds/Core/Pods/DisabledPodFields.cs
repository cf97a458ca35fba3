using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Core.Pods;

/// <summary>
/// Fields of pods that upstream has behind gates which are off by default: they are dropped, unless the object had them before (upstream:
/// <c>dropDisabledFields</c>, <c>dropDisabledPodStatusFields</c>).
/// </summary>
internal static class DisabledPodFields
{
    private static readonly string[] Statuses = ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"];

    /// <summary>Takes them off the spec of a pod or of a template (<c>ContainerStopSignals</c>, <c>GenericWorkload</c>).</summary>
    public static void Drop(JsonObject? spec, JsonObject? old)
    {
        if (spec is null)
            return;
        if (old?["schedulingGroup"] is null)
            spec.Remove("schedulingGroup");
        if (Containers(old).Any(static c => c.Object("lifecycle")?["stopSignal"] is not null))
            return;
        foreach (var container in Containers(spec))
            if (container.Object("lifecycle") is { } lifecycle && lifecycle.Remove("stopSignal") && lifecycle.Count == 0)
                container.Remove("lifecycle");
    }

    /// <summary>Takes them off the template of a workload.</summary>
    /// <param name="spec">Parent of the template.</param>
    /// <param name="old">Its state before; null when it is new.</param>
    public static void DropInTemplate(JsonObject? spec, JsonObject? old) => Drop(spec.Object("template").Object("spec"), old.Object("template").Object("spec"));

    /// <summary>Takes them off a pod's status (<c>DRANodeAllocatableResources</c>, <c>ImageVolumeWithDigest</c>).</summary>
    public static void DropInStatus(JsonObject? status, JsonObject? old)
    {
        if (status is null)
            return;
        if (old?["nodeAllocatableResourceClaimStatuses"] is null)
            status.Remove("nodeAllocatableResourceClaimStatuses");
        if (MountStatuses(old).Any(static m => m["volumeStatus"] is not null))
            return;
        foreach (var mount in MountStatuses(status))
            mount.Remove("volumeStatus");
    }

    private static IEnumerable<JsonObject> Containers(JsonObject? spec) => WindowsRules.ContainerLists.SelectMany(spec.Objects);

    private static IEnumerable<JsonObject> MountStatuses(JsonObject? status) => Statuses.SelectMany(status.Objects).SelectMany(static c => c.Objects("volumeMounts"));
}
