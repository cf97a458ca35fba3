namespace ActorKube.ApiServer.Kinds.Scheduling;

/// <summary>The priority classes of the system: they are made with the cluster, only they have such names and values, and nobody deletes them.</summary>
internal static class SystemPriorities
{
    /// <summary>Beginning of names that are kept for them.</summary>
    public const string Prefix = "system-";

    /// <summary>The highest value of all other classes.</summary>
    public const int HighestOfOthers = 1_000_000_000;

    /// <summary>Names, values and what the classes are for.</summary>
    public static readonly IReadOnlyList<(string Name, int Value, string Description)> All =
    [
        ("system-node-critical", 2_000_001_000, "For pods that the node they run on cannot do without."),
        ("system-cluster-critical", 2_000_000_000, "For pods that the cluster cannot do without, on whichever node."),
    ];
}
