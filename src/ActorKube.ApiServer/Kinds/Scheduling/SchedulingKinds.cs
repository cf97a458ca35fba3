using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Scheduling;

/// <summary>scheduling.k8s.io/v1.</summary>
internal static class SchedulingKinds
{
    /// <summary>How important a pod is.</summary>
    public static KindStrategy PriorityClass => new GenericStrategy(ClusterScoped("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", "pc").Counted())
    {
        ShownAs =
        [
            TableColumn.ObjectName,
            TableColumn.Number("Value", "The greater, the more important.", static o => o.At("value").AsNumber()),
            new("Global-Default", "boolean", static (o, _) => o.At("globalDefault").AsFlag()) { Description = "Whether pods get it that name none." },
            TableColumn.Age,
            TableColumn.Text("PreemptionPolicy", "Whether others may be driven out.", static o => o.At("preemptionPolicy").AsText() is { Length: > 0 } policy ? policy : "PreemptLowerPriority"),
        ],
    };
}
