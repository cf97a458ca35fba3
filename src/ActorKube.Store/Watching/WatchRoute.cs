using ActorKube.Api.Objects;

namespace ActorKube.Store.Watching;

/// <summary>
/// Where the hub puts a watcher so that an event finds it without asking all: by an indexed field, by name, by namespace or among those that see everything.
/// </summary>
internal readonly record struct WatchRoute(string? Path, string? Namespace, string? Value)
{
    public static WatchRoute Everything => default;

    public static WatchRoute Of(ObjectFilter filter) => filter switch
    {
        { Indexed: { } equality } => new WatchRoute(equality.Path, null, equality.Value),
        { Name: { } name } => new WatchRoute(null, filter.Namespace, name),
        _ => new WatchRoute(null, filter.Namespace, null),
    };
}
