namespace ActorKube.Protocol.Hosting;

/// <summary>
/// What Akka logs, as warnings and errors with stack traces, each time it tries, when a peer has ended, cannot be reached or is slow, or when this process gets little of the processor. That is ordinary in a cluster, and told once by
/// who knows what it means: the membership view, the sessions of agents and their clients. Everything that is not named here is shown as Akka has it.
/// </summary>
internal static class PeerNews
{
    // Beginnings of Akka's own texts, or what stands only in them.
    private static readonly string[] Details =
    [
        "Tried to associate with unreachable remote address",
        "Association with remote system",
        "AssociationError [",
        "Disassociated",
        "Marking node(s) as UNREACHABLE",
        "Marking node(s) as REACHABLE",
        "SBR took decision",
        "heartbeat interval is growing too large",
        "Scheduled sending of heartbeat was delayed",
        "Requested shard homes",
        "Trying to register to coordinator at",
        "No coordinator found to register",
        "Detected unreachable: [",
        "Remoting shut down",
    ];

    /// <summary>Whether an entry of Akka's log is no more than a detail of such an event.</summary>
    public static bool IsDetail(string entry) => Array.Exists(Details, d => entry.Contains(d, StringComparison.Ordinal));

    /// <summary>That an address cannot be listened on is told by the exception of who wanted it; Akka logs it before, with two stack traces.</summary>
    public static bool IsToldElsewhere(string entry) => entry.Contains("Failed to bind to", StringComparison.Ordinal);
}
