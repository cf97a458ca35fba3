namespace ActorKube.Protocol.Store;

/// <summary>How recent a read has to be (the <c>resourceVersion</c> parameter of get and list).</summary>
/// <param name="Kind">Which promise is asked for.</param>
/// <param name="Revision">The revision, for <see cref="ReadKind.NotOlderThan"/> and <see cref="ReadKind.Exact"/>.</param>
public readonly record struct ReadAt(ReadKind Kind, long Revision = 0)
{
    /// <summary>The state that includes every write acknowledged before the read began.</summary>
    public static readonly ReadAt Latest = new(ReadKind.Latest);

    /// <summary>Whatever this process has.</summary>
    public static readonly ReadAt Any = new(ReadKind.Any);

    /// <summary>At least as recent as <paramref name="revision"/>.</summary>
    public static ReadAt NotOlderThan(long revision) => new(ReadKind.NotOlderThan, revision);

    /// <summary>The state at exactly <paramref name="revision"/>, as long as it is retained.</summary>
    public static ReadAt Exact(long revision) => new(ReadKind.Exact, revision);
}

/// <summary>The promises a read can ask for.</summary>
public enum ReadKind
{
    /// <summary>Linearizable.</summary>
    Latest,
    /// <summary>Possibly stale.</summary>
    Any,
    /// <summary>Not older than a revision.</summary>
    NotOlderThan,
    /// <summary>Exactly at a revision; 410 when it is no longer retained.</summary>
    Exact,
}
