using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Get: the object as it is stored, without a copy; one allocation, the response.</summary>
internal sealed class GetVerb(PipelineServices services)
{
    /// <summary>Carries out a get of an object, or of a subresource that shows the whole object.</summary>
    public ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource served, CancellationToken cancel)
    {
        var read = services.Store.ReadAsync(new ResourceId(request.Workspace, served.Storage), ReadRevision.OfGet(request.Query.ResourceVersion), cancel);
        return read.IsCompletedSuccessfully ? new(Answer(read.Result, request, served)) : WaitAsync(read, request, served);
    }

    private static async ValueTask<ApiResponse> WaitAsync(ValueTask<IResourceSnapshot> read, ApiRequest request, ServedResource served) =>
        Answer(await read, request, served);

    private static ObjectResponse Answer(IResourceSnapshot snapshot, ApiRequest request, ServedResource served)
    {
        var key = ObjectKeys.Of(request, served);
        var found = snapshot.Find(key) ?? throw ApiErrors.NotFound(served.GroupResource, request.Name);
        return new ObjectResponse(StoredForm.Serve(found, served));
    }
}

/// <summary>Keys of requests.</summary>
internal static class ObjectKeys
{
    /// <summary>The key of the object a request is about.</summary>
    public static ObjectKey Of(ApiRequest request, ServedResource served) => new(served.Facts.Namespaced ? request.Namespace : "", request.Name);
}
