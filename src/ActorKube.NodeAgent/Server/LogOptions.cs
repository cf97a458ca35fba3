namespace ActorKube.NodeAgent.Server;

/// <summary>What a reader of a container's log wants (<c>PodLogOptions</c>).</summary>
internal sealed record LogOptions
{
    /// <summary>Go on with what is printed later.</summary>
    public bool Follow { get; init; }

    /// <summary>Only this many lines from the end; null for all.</summary>
    public long? TailLines { get; init; }

    /// <summary>Only what was printed at or after this time; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Put the time in front of every line.</summary>
    public bool Timestamps { get; init; }

    /// <summary>End after this many bytes; null for no limit.</summary>
    public long? LimitBytes { get; init; }

    /// <summary>The log of the run before the current one.</summary>
    public bool Previous { get; init; }

    /// <summary><c>stdout</c> or <c>stderr</c> alone; empty for both.</summary>
    public string Stream { get; init; } = "";
}
