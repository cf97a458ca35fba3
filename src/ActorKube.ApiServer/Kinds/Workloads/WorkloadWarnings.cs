using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds.Workloads;

/// <summary>Warnings about the pod template of a workload: when it is new, not with every status.</summary>
internal static class WorkloadWarnings
{
    /// <summary>Adds them when the template has changed.</summary>
    public static void Add(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (old is null || !ObjectParts.SamePart(obj, old, "spec", "template"))
            PodWarnings.Add(obj.Object("spec").Object("template").Object("spec"), "spec.template.spec", warnings);
    }
}
