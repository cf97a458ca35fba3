using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Usage;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>
/// Get and list of objects that are made at each read out of other objects and of what is known of their use: the metrics of pods and nodes. What nobody has figures of is left out; pages
/// are not made, as in metrics-server.
/// </summary>
internal sealed class MetricsVerb(PipelineServices services)
{
    private static readonly ListEnd NoMore = new(null, null);

    /// <summary>Carries out a get.</summary>
    public async ValueTask<ApiResponse> GetAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        var key = ObjectKeys.Of(request, served);
        var source = await SourceAsync(request, served, cancel);
        return source.Find(key) is { } of && Document(of, served) is { } document
            ? new ObjectResponse(document)
            : throw ApiErrors.NotFound(served.GroupResource, key.ToString());
    }

    /// <summary>Carries out a list.</summary>
    public async ValueTask<ApiResponse> ListAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        _ = ReadQuery.List(request.Query);
        var selection = Selection.Of(request, served);
        var source = await SourceAsync(request, served, cancel);
        var items = new ListPage(source, selection, null, 0).Select(of => Document(of, served)).OfType<StoredObject>();
        return new ListResponse(served.Facts.ListKind, items, source.Revision) { End = static () => NoMore };
    }

    private StoredObject? Document(StoredObject of, ServedResource served) => MetricsDocuments.Of(of, served.Kind, services.Usage, services.Time.GetUtcNow());

    // Figures are seconds old; a pod that is younger has none.
    private ValueTask<IResourceSnapshot> SourceAsync(ApiRequest request, ServedResource served, CancellationToken cancel) =>
        services.Store.ReadAsync(new ResourceId(request.Workspace, served.Facts.MadeFrom!.Value), ReadAt.Any, cancel);
}
