using System.Collections.Immutable;

namespace ActorKube.Api.OpenApi.Operations;

/// <summary>The query parameters of Kubernetes' verbs.</summary>
internal static class Parameters
{
    private const string Text = "string";
    private const string Flag = "boolean";
    private const string Number = "integer";

    // These two stand in every operation itself: clients look for them there to learn whether a server knows them.
    public static readonly ApiParameter DryRun = new("dryRun", "query", Text, "With the value All, everything is done but storing the result. Anything else is refused.");
    public static readonly ApiParameter FieldValidation = new("fieldValidation", "query", Text,
        "What happens when the object has unknown or duplicate fields. Ignore: they are dropped, of duplicates the last one counts. Warn: the same, with a warning for each; the default. "
        + "Strict: the request fails with BadRequest and names them all.");

    public static readonly ApiParameter Pretty = Query("pretty", Text, "If 'true', the answer is indented. By default it is for browsers and command-line tools that fetch URLs.");
    public static readonly ApiParameter Namespace = new("namespace", "path", Text, "Name of the namespace the object is in.", "namespace");
    public static readonly ApiParameter FieldManager = Query("fieldManager", Text, "Name of whoever makes the change: up to 128 printable characters.");
    public static readonly ApiParameter ApplyFieldManager = Query("fieldManager", Text,
        "Name of whoever makes the change: up to 128 printable characters. Required for apply requests, optional for the other kinds of patch.", "fieldManager-apply");
    public static readonly ApiParameter Force = Query("force", Flag, "Apply takes over fields that other managers own. Not allowed for other kinds of patch.");

    private static readonly ApiParameter Continue = Query("continue", Text, "The token of the previous page of a list that was limited. Expires with 410 after a while.");
    private static readonly ApiParameter FieldSelector = Query("fieldSelector", Text, "Restricts the list by the values of fields. Defaults to everything.");
    private static readonly ApiParameter LabelSelector = Query("labelSelector", Text, "Restricts the list by labels. Defaults to everything.");
    private static readonly ApiParameter Limit = Query("limit", Number, "Most objects in one answer. When there are more, the list's metadata.continue holds the token for the next page.");
    private static readonly ApiParameter ResourceVersion = Query("resourceVersion", Text, "Which revisions may be served. Unset asks for the latest, 0 for any, another value for at least that one, or for what resourceVersionMatch says.");
    private static readonly ApiParameter ResourceVersionMatch = Query("resourceVersionMatch", Text, "How resourceVersion is applied to a list: Exact or NotOlderThan.");
    private static readonly ApiParameter SendInitialEvents = Query("sendInitialEvents", Flag, "A watch begins with the objects that exist, followed by a bookmark that marks their end.");
    private static readonly ApiParameter TimeoutSeconds = Query("timeoutSeconds", Number, "Seconds after which a list or watch ends, whatever it is doing.");
    private static readonly ApiParameter AllowWatchBookmarks = Query("allowWatchBookmarks", Flag, "A watch may contain events of type BOOKMARK.");
    private static readonly ApiParameter Watch = Query("watch", Flag, "Instead of a list, a stream of changes from resourceVersion on.");
    private static readonly ApiParameter GracePeriodSeconds = Query("gracePeriodSeconds", Number, "Seconds the object has before it is gone; 0 is at once. Defaults to what its kind says.");
    private static readonly ApiParameter IgnoreStoreReadError = Query("ignoreStoreReadErrorWithClusterBreakingPotential", Flag, "Deletes an object that can no longer be read from the store, without finalizers and preconditions. Unsafe.");
    private static readonly ApiParameter OrphanDependents = Query("orphanDependents", Flag, "Deprecated: use propagationPolicy.");
    private static readonly ApiParameter PropagationPolicy = Query("propagationPolicy", Text, "What becomes of dependents: Orphan, Background or Foreground.");

    public static readonly ImmutableArray<ApiParameter> Write = [DryRun, FieldManager, FieldValidation];
    public static readonly ImmutableArray<ApiParameter> Patch = [DryRun, ApplyFieldManager, FieldValidation, Force];
    public static readonly ImmutableArray<ApiParameter> Delete = [DryRun, GracePeriodSeconds, IgnoreStoreReadError, OrphanDependents, PropagationPolicy];
    public static readonly ImmutableArray<ApiParameter> List =
        [AllowWatchBookmarks, Continue, FieldSelector, LabelSelector, Limit, ResourceVersion, ResourceVersionMatch, SendInitialEvents, TimeoutSeconds, Watch];
    public static readonly ImmutableArray<ApiParameter> DeleteCollection =
    [
        Continue, DryRun, FieldSelector, GracePeriodSeconds, IgnoreStoreReadError, LabelSelector, Limit, OrphanDependents, PropagationPolicy, ResourceVersion, ResourceVersionMatch,
        SendInitialEvents, TimeoutSeconds,
    ];

    private static readonly ApiParameter Container = Query("container", Text, "Which container; defaults to the only one.");
    private static readonly ApiParameter Command = Query("command", Text, "One word of the command; repeated for each. Not run in a shell.");
    private static readonly ApiParameter Stdin = Query("stdin", Flag, "Connect standard input.");
    private static readonly ApiParameter Stdout = Query("stdout", Flag, "Connect standard output.");
    private static readonly ApiParameter Stderr = Query("stderr", Flag, "Connect standard error.");
    private static readonly ApiParameter Tty = Query("tty", Flag, "Give the command a terminal.");
    private static readonly ApiParameter Ports = Query("ports", Number, "Ports to forward; with the WebSocket protocol only.");
    private static readonly ApiParameter ProxyPath = Query("path", Text, "The path that the proxied request asks for.");

    public static readonly ImmutableArray<ApiParameter> Log =
    [
        Container, Query("follow", Flag, "Go on as the log grows."),
        Query("insecureSkipTLSVerifyBackend", Flag, "Do not check the certificate of the node that serves the log."), Query("limitBytes", Number, "Most bytes of the answer."),
        Query("previous", Flag, "The log of the container's previous run."), Query("sinceSeconds", Number, "Only what is younger."),
        Query("stream", Text, "Which stream: All, Stdout or Stderr."), Query("tailLines", Number, "Only that many lines of the end."), Query("timestamps", Flag, "Begin each line with its time."),
    ];

    /// <summary>The parameters of a connection.</summary>
    /// <param name="kind">The kind of its options, for example <c>PodExecOptions</c>.</param>
    public static ImmutableArray<ApiParameter> Connect(string kind) => kind switch
    {
        "PodExecOptions" => [Command, Container, Stderr, Stdin, Stdout, Tty],
        "PodAttachOptions" => [Container, Stderr, Stdin, Stdout, Tty],
        "PodPortForwardOptions" => [Ports],
        _ => [ProxyPath],
    };

    public static ApiParameter Name(string kind) => new("name", "path", Text, $"name of the {kind}");

    private static ApiParameter Query(string name, string type, string description, string? shared = null) => new(name, "query", type, description, shared ?? name);
}
