using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Core.Pods;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Kinds.Workloads;

/// <summary>Warnings about a workload's name and pod template: when it is new, and about the template when it changes, not with every status.</summary>
internal static class WorkloadWarnings
{
    /// <summary>Adds them when the template has changed.</summary>
    public static void Add(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (old is null || !ObjectParts.SamePart(obj, old, "spec", "template"))
            PodWarnings.Add(obj.Object("spec").Object("template"), "spec.template.", warnings);
    }

    /// <summary>The same, with one about the name of a new workload that pods are named after.</summary>
    public static void AddWithName(JsonObject obj, JsonObject? old, WarningList warnings)
    {
        if (old is null)
            AddName(obj, warnings);
        Add(obj, old, warnings);
    }

    /// <summary>One about a name that hosts cannot have.</summary>
    public static void AddName(JsonObject obj, WarningList warnings)
    {
        if (DnsNames.Label(obj.Object("metadata").Text("name") ?? "") is { Count: > 0 } faults)
            warnings.Add($"metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [{string.Join(' ', faults)}]");
    }
}
