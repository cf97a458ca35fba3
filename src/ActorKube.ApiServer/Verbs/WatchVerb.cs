using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>
/// Watch: from a revision, or (without one, or from 0, or with <c>sendInitialEvents</c>) first what there is and then what changes. Both parts come from one cut, so
/// that nothing is missed or repeated between them.
/// </summary>
internal sealed class WatchVerb(PipelineServices services)
{
    private const long MaxSeconds = 365 * 24 * 60 * 60;

    /// <summary>Opens a watch.</summary>
    public async ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        var query = request.Query;
        ReadQuery.CheckWatch(query);
        var selection = Selection.Of(request, served);
        var duration = Duration(query);
        var revision = ReadRevision.Parse(query.ResourceVersion);
        var bookmarks = QueryValues.Flag(query.AllowWatchBookmarks) == true;
        var wanted = QueryValues.Flag(query.SendInitialEvents);
        var id = new ResourceId(request.Workspace, served.Storage);
        if (wanted != true && revision > 0)
            return new WatchResponse(await OpenAsync(id, revision, selection, served, cancel), served.Kind) { Duration = duration, Bookmarks = bookmarks };

        var at = revision > 0 ? ReadAt.NotOlderThan(revision) : query.ResourceVersion == "0" ? ReadAt.Any : ReadAt.Latest;
        var snapshot = await services.Store.ReadAsync(id, at, cancel);
        var watch = await OpenAsync(id, snapshot.Revision, selection, served, cancel);
        IEnumerable<StoredObject>? initial = null;
        if (wanted != false)
        {
            initial = new ListPage(snapshot, selection, null, 0);
            if (served.Conversion is not null)
                initial = initial.Select(item => StoredForm.Serve(item, served));
        }
        return new WatchResponse(watch, served.Kind)
        {
            Duration = duration,
            Bookmarks = bookmarks,
            Initial = initial,
            InitialRevision = snapshot.Revision,
            // Who asks for what there is by no or any revision is told its end as well; upstream's default for lists that are watches.
            MarkInitialEnd = wanted != false && bookmarks,
        };
    }

    private async ValueTask<IResourceWatch> OpenAsync(ResourceId id, long after, Selection selection, ServedResource served, CancellationToken cancel)
    {
        var watch = await services.Store.WatchAsync(id, after, selection.Filter, cancel);
        return served.Conversion is null ? watch : new ConvertedWatch(watch, served);
    }

    private TimeSpan Duration(RequestQuery query)
    {
        // One that is over before it begins ends at once.
        if (QueryValues.Integer(query.TimeoutSeconds) is not (null or 0) and var seconds)
            return TimeSpan.FromSeconds(Math.Clamp(seconds.Value, 0, MaxSeconds));
        // Spread, so that clients that came together do not all come back together.
        return services.Options.MinimumWatch * (1 + services.Identities.NextJitter());
    }
}
