using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Delete of one object.</summary>
internal sealed class DeleteVerb(ObjectDeletion deletion)
{
    /// <summary>Carries out a delete.</summary>
    public ValueTask<ApiResponse> ExecuteAsync(ApiRequest request, ServedResource served, CancellationToken cancel) =>
        deletion.DeleteAsync(request, served, DeleteOptions.Read(request), cancel);
}
