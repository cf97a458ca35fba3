namespace ActorKube.Machinery.Client;

/// <summary>Options of a read.</summary>
public record ReadOptions
{
    /// <summary>Null: the newest state. <c>0</c>: whatever the server has at hand. Else: not older than this.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Label selector in text form; null for all. What is read by its name has no use for it, unless it stands for many: the metric of several pods, for example.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Which series of a metric is meant, by its labels, for the APIs of metrics; null for all.</summary>
    public string? MetricLabelSelector { get; init; }
}

/// <summary>Options of a list.</summary>
public sealed record ListOptions : ReadOptions
{
    /// <summary>Field selector in text form; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>At most this many objects; 0 for no limit.</summary>
    public long Limit { get; init; }

    /// <summary>Token of the page to continue after.</summary>
    public string? Continue { get; init; }
}

/// <summary>Options of a watch.</summary>
public sealed record WatchOptions
{
    /// <summary>
    /// The revision after which changes are wanted (that of a list). Empty, or <c>0</c>, to be shown the present objects first as added; then resume only from revisions
    /// that were seen after them.
    /// </summary>
    public required string ResourceVersion { get; init; }

    /// <summary>Label selector in text form; null for all.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector in text form; null for all.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Whether bookmarks are wanted.</summary>
    public bool AllowBookmarks { get; init; } = true;

    /// <summary>
    /// Show the present objects first, as added, in a state not older than <see cref="ResourceVersion"/>, and mark their end with a bookmark
    /// (<see cref="WatchEvent.EndsInitialEvents"/>): a list and a watch in one.
    /// </summary>
    public bool SendInitialEvents { get; init; }

    /// <summary>How long the watch lasts, in seconds; null for as long as the server likes.</summary>
    public long? TimeoutSeconds { get; init; }
}

/// <summary>Options of a write.</summary>
public sealed record WriteOptions
{
    /// <summary>Check everything, store nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Name of the writing component in <c>managedFields</c>.</summary>
    public string? FieldManager { get; init; }

    /// <summary><c>Ignore</c>, <c>Warn</c> or <c>Strict</c>; null for the server's default.</summary>
    public string? FieldValidation { get; init; }

    /// <summary>Epoch of a role that may have only one holder; a write by an older holder is refused with 409. Honoured for the scheduler's bindings. Never settable over HTTP.</summary>
    public long? Epoch { get; init; }
}

/// <summary>Options of a deletion.</summary>
public sealed record DeleteOptions
{
    /// <summary>Seconds of grace; null for the object's own.</summary>
    public long? GracePeriodSeconds { get; init; }

    /// <summary><c>Background</c>, <c>Foreground</c> or <c>Orphan</c>; null for the resource's default.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>Delete only this incarnation.</summary>
    public string? Uid { get; init; }

    /// <summary>Delete only this state.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Check everything, delete nothing.</summary>
    public bool DryRun { get; init; }
}

/// <summary>Kinds of patches.</summary>
public enum PatchType
{
    /// <summary>RFC 6902, <c>application/json-patch+json</c>.</summary>
    Json,
    /// <summary>RFC 7386, <c>application/merge-patch+json</c>.</summary>
    Merge,
    /// <summary>Kubernetes' own, <c>application/strategic-merge-patch+json</c>.</summary>
    StrategicMerge,
}
