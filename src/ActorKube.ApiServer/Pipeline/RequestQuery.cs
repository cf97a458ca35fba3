namespace ActorKube.ApiServer.Pipeline;

/// <summary>
/// The query parameters of a request as the client wrote them (null: absent). Each verb checks those it knows and answers 400 to values that make no sense.
/// </summary>
public sealed record RequestQuery
{
    /// <summary>No parameters.</summary>
    public static readonly RequestQuery None = new();

    /// <summary>Label selector.</summary>
    public string? LabelSelector { get; init; }
    /// <summary>Which series of a metric is meant, for the APIs of metrics.</summary>
    public string? MetricLabelSelector { get; init; }
    /// <summary>Field selector.</summary>
    public string? FieldSelector { get; init; }
    /// <summary>Revision a read or watch refers to.</summary>
    public string? ResourceVersion { get; init; }
    /// <summary><c>Exact</c> or <c>NotOlderThan</c>.</summary>
    public string? ResourceVersionMatch { get; init; }
    /// <summary>Page size.</summary>
    public string? Limit { get; init; }
    /// <summary>Page token.</summary>
    public string? Continue { get; init; }
    /// <summary>Length of a watch or list in seconds.</summary>
    public string? TimeoutSeconds { get; init; }
    /// <summary>Whether bookmarks are wanted.</summary>
    public string? AllowWatchBookmarks { get; init; }
    /// <summary>Whether a watch starts with the present objects.</summary>
    public string? SendInitialEvents { get; init; }
    /// <summary><c>All</c> or absent; a list because the parameter may repeat.</summary>
    public IReadOnlyList<string> DryRun { get; init; } = [];
    /// <summary>Name of the writer in <c>managedFields</c>.</summary>
    public string? FieldManager { get; init; }
    /// <summary><c>Ignore</c>, <c>Warn</c> or <c>Strict</c>.</summary>
    public string? FieldValidation { get; init; }
    /// <summary>For deletions.</summary>
    public string? GracePeriodSeconds { get; init; }
    /// <summary>For deletions.</summary>
    public string? PropagationPolicy { get; init; }
    /// <summary>For deletions; the old form of <see cref="PropagationPolicy"/>.</summary>
    public string? OrphanDependents { get; init; }
    /// <summary>For server-side apply.</summary>
    public string? Force { get; init; }
}
