using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.DaemonSets;

/// <summary>What every daemon pod bears: it runs on nodes that are not ready, cordoned or short of something. Upstream: <c>AddOrUpdateDaemonPodTolerations</c>.</summary>
internal static class DaemonTolerations
{
    private static readonly (string Key, string Effect)[] Always =
    [
        ("node.kubernetes.io/not-ready", "NoExecute"),
        ("node.kubernetes.io/unreachable", "NoExecute"),
        ("node.kubernetes.io/disk-pressure", "NoSchedule"),
        ("node.kubernetes.io/memory-pressure", "NoSchedule"),
        ("node.kubernetes.io/pid-pressure", "NoSchedule"),
        ("node.kubernetes.io/unschedulable", "NoSchedule"),
    ];

    /// <summary>The tolerations of a template's pods; one of the template about the same taint gives its place to them.</summary>
    public static JsonArray Of(JsonNode? podSpec)
    {
        var added = podSpec.Flag("hostNetwork") ? [.. Always, ("node.kubernetes.io/network-unavailable", "NoSchedule")] : Always;
        var own = podSpec.Items("tolerations").ToArray();
        return
        [
            .. own.Select(t => added.FirstOrDefault(a => IsSame(t, a)) is { Key: not null } same ? Json(same) : t.DeepClone()),
            .. added.Where(a => !own.Any(t => IsSame(t, a))).Select(Json),
        ];
    }

    private static JsonNode Json((string Key, string Effect) toleration) => new JsonObject { ["key"] = toleration.Key, ["operator"] = "Exists", ["effect"] = toleration.Effect };

    private static bool IsSame(JsonNode toleration, (string Key, string Effect) other) =>
        toleration.Text("key") == other.Key && toleration.Text("effect") == other.Effect && toleration.Text("operator") == "Exists" && toleration.Text("value").Length == 0;
}
