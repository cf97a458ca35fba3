using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>List: a page of a consistent cut. Objects are handed on as they are stored; nothing is copied or collected.</summary>
internal sealed class ListVerb(PipelineServices services)
{
    private const string TokenTooOld =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to " +
        "retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first " +
        "chunk was returned and now may show up in the list.";

    /// <summary>Carries out a list.</summary>
    public ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        var (at, token, limit) = ReadQuery.List(request.Query);
        var selection = Selection.Of(request, served);
        var id = new ResourceId(request.Workspace, served.Storage);
        if (token is { } place)
            return ContinueAsync(id, at, selection, place, limit, served, cancel);
        var read = services.Store.ReadAsync(id, at, cancel);
        return read.IsCompletedSuccessfully
            ? new(Answer(read.Result, selection, null, limit, served))
            : WaitAsync(read, selection, limit, served);
    }

    private static async ValueTask<ApiResponse> WaitAsync(ValueTask<IResourceSnapshot> read, Selection selection, long limit, ServedResource served) =>
        Answer(await read, selection, null, limit, served);

    private async ValueTask<ApiResponse> ContinueAsync(
        ResourceId id, ReadAt at, Selection selection, ContinueToken token, long limit, ServedResource served, CancellationToken cancel)
    {
        try
        {
            return Answer(await services.Store.ReadAsync(id, at, cancel), selection, token, limit, served);
        }
        catch (ApiException e) when (e.Is(StatusReason.Expired))
        {
            throw new ApiException(ApiErrors.Expired(TokenTooOld).Status with { Continue = (token with { Revision = -1 }).ToString() });
        }
    }

    private static ListResponse Answer(IResourceSnapshot snapshot, in Selection selection, ContinueToken? token, long limit, ServedResource served)
    {
        var page = new ListPage(snapshot, selection, token?.After, limit);
        IEnumerable<StoredObject> items = served.Conversion is null ? page : page.Select(item => StoredForm.Serve(item, served));
        return new ListResponse(served.Facts.ListKind, items, snapshot.Revision) { End = page.End };
    }
}
