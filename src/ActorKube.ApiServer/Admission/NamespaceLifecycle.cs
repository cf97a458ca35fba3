using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Admission;

/// <summary>
/// Nothing is created in a namespace that does not exist or is being deleted, and the namespaces the system lives in are not deleted
/// (upstream: <c>plugin/namespace/lifecycle</c>).
/// </summary>
internal sealed class NamespaceLifecycle(ObjectLookup lookup) : IAdmissionPlugin
{
    private const string NamespaceTerminating = "NamespaceTerminating";
    private static readonly GroupResource Namespaces = new("", "namespaces");
    private static readonly GroupResource LocalReviews = new("authorization.k8s.io", "localsubjectaccessreviews");
    private static readonly string[] Immortal = ["default", "kube-system", "kube-public"];

    /// <inheritdoc/>
    public string Name => "NamespaceLifecycle";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) => operation switch
    {
        AdmissionOperation.Delete => served.Storage == Namespaces,
        // A review is not to tell who may not know whether the namespace exists.
        AdmissionOperation.Create or AdmissionOperation.Update => served.Facts.Namespaced && served.Storage != LocalReviews,
        AdmissionOperation.Connect => false,
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Unknown operation."),
    };

    /// <inheritdoc/>
    public ValueTask<bool> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (request.Operation != AdmissionOperation.Delete)
            return CheckAsync(request, cancel);
        return Immortal.Contains(request.Name) ? throw request.Forbid("this namespace may not be deleted") : ValueTask.FromResult(false);
    }

    private async ValueTask<bool> CheckAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var ns = await lookup.FindAsync(request.Workspace, Namespaces, new ObjectKey("", request.Namespace), cancel)
            ?? throw ApiErrors.NotFound(Namespaces, request.Namespace);
        if (request.Operation == AdmissionOperation.Create && ns.Head.Deleted is not null)
        {
            var refusal = request.Forbid($"unable to create new content in namespace {request.Namespace} because it is being terminated");
            throw new ApiException(refusal.Status with
            {
                Causes = [new StatusCause(NamespaceTerminating, $"namespace {request.Namespace} is being terminated", "metadata.namespace")],
            });
        }
        return false;
    }
}
