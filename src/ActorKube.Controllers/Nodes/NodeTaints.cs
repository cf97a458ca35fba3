using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Nodes;

/// <summary>The taints that follow from a node's conditions. All others on a node belong to other people and are left alone.</summary>
internal static class NodeTaints
{
    public const string NotReady = "node.kubernetes.io/not-ready";
    public const string Unreachable = "node.kubernetes.io/unreachable";
    public const string OutOfService = "node.kubernetes.io/out-of-service";
    private const string MemoryPressure = "node.kubernetes.io/memory-pressure";
    private const string DiskPressure = "node.kubernetes.io/disk-pressure";
    private const string PidPressure = "node.kubernetes.io/pid-pressure";
    private const string NetworkUnavailable = "node.kubernetes.io/network-unavailable";
    private const string Unschedulable = "node.kubernetes.io/unschedulable";

    private static readonly string[] NoScheduleKeys = [NotReady, Unreachable, MemoryPressure, DiskPressure, PidPressure, NetworkUnavailable, Unschedulable];

    /// <summary>Keys of the NoSchedule taints a node should have.</summary>
    public static IEnumerable<string> NoSchedule(NodeView node, string ready)
    {
        if (ready == "False")
            yield return NotReady;
        if (ready == "Unknown")
            yield return Unreachable;
        if (node.StatusOf("MemoryPressure") == "True")
            yield return MemoryPressure;
        if (node.StatusOf("DiskPressure") == "True")
            yield return DiskPressure;
        if (node.StatusOf("PIDPressure") == "True")
            yield return PidPressure;
        if (node.StatusOf("NetworkUnavailable") == "True")
            yield return NetworkUnavailable;
        if (node.Unschedulable)
            yield return Unschedulable;
    }

    /// <summary>True for the NoExecute taints with which this controller evicts.</summary>
    public static bool Evicts(Taint taint) => taint.Effect == Taint.NoExecute && (taint.Key is NotReady or Unreachable);

    /// <summary>The taints a node should have.</summary>
    /// <param name="node">The node as it is.</param>
    /// <param name="ready">Status of its condition Ready.</param>
    /// <param name="evict">Key of the NoExecute taint it should have; null for none.</param>
    /// <param name="now">The time, for taints that are added.</param>
    public static ImmutableArray<Taint> Wanted(NodeView node, string ready, string? evict, DateTimeOffset now)
    {
        var wanted = NoSchedule(node, ready).Select(key => new Taint(key, "", Taint.NoSchedule, now)).ToList();
        if (evict is not null)
            wanted.Add(new Taint(evict, "", Taint.NoExecute, now));
        var kept = node.Taints.Where(t => !IsOurs(t) || wanted.Exists(w => w.Is(t))).ToArray();
        return [.. kept, .. wanted.Where(w => !kept.Any(k => k.Is(w)))];
    }

    /// <summary>Replaces a node's taints, provided it has not changed meanwhile.</summary>
    public static PatchStep Replace(NodeView node, ImmutableArray<Taint> taints) =>
        new(ObjectAddress.Of(WellKnownResources.Nodes, node.Object.Key), PatchType.Merge, new JsonObject
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = node.Object.Revision.ToString() },
            ["spec"] = new JsonObject { ["taints"] = Json(taints) },
        }.Encode());

    private static bool IsOurs(Taint taint) => Evicts(taint) || (taint.Effect == Taint.NoSchedule && NoScheduleKeys.Contains(taint.Key));

    /// <summary>Taints as <c>spec.taints</c>; null, which takes the field away, for none.</summary>
    public static JsonArray? Json(IEnumerable<Taint> taints) => taints.Select(Json).ToArray() is { Length: > 0 } all ? new JsonArray(all) : null;

    private static JsonNode Json(Taint taint)
    {
        var json = new JsonObject { ["key"] = taint.Key, ["effect"] = taint.Effect };
        if (taint.Value.Length > 0)
            json["value"] = taint.Value;
        if (taint.Added is { } added)
            json["timeAdded"] = JsonWriting.Time(added);
        return json;
    }
}
