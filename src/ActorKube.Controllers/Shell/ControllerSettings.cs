using ActorKube.Machinery.Queues;

namespace ActorKube.Controllers.Shell;

/// <summary>How the shell runs one controller.</summary>
public sealed record ControllerSettings
{
    /// <summary>Keys worked on at the same time.</summary>
    public int Workers { get; init; } = 20;

    /// <summary>Shortest time between two decisions about one key.</summary>
    public TimeSpan MinInterval { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits after failures.</summary>
    public BackoffPolicy Backoff { get; init; } = BackoffPolicy.Controllers;

    /// <summary>Whether a key is decided about even if its last decision knew all that it hears of: for tests that hold reconcilers to that.</summary>
    public bool LooksAtKnownChanges { get; init; }

    /// <summary>How long a key waits for the caches to show its own writes.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Requeues at least this far away are journaled; nearer ones come again by themselves after a restart, as every key does.</summary>
    public TimeSpan JournalRequeuesFrom { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Decisions kept in the decision log.</summary>
    public int DecisionsKept { get; init; } = 1000;

    /// <summary>Writes of one decision that are named in the log; the rest is only counted.</summary>
    public int WritesNamed { get; init; } = 10;

    /// <summary>Events in the journal after which a snapshot replaces them.</summary>
    public int SnapshotEvery { get; init; } = 1000;
}
