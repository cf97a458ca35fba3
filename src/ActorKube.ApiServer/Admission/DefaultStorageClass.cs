using ActorKube.Api.Json;
using ActorKube.ApiServer.Kinds;
using ActorKube.Machinery.Volumes;

namespace ActorKube.ApiServer.Admission;

/// <summary>A claim that names no storage class gets the default one, if there is one (upstream: <c>storageclass/setdefault</c>).</summary>
internal sealed class DefaultStorageClass(ObjectLookup lookup) : IAdmissionPlugin
{
    /// <inheritdoc/>
    public string Name => "DefaultStorageClass";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation == AdmissionOperation.Create && served.Storage == StorageRequests.Claims && subresource.Length == 0;

    /// <inheritdoc/>
    public async ValueTask<bool> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (ClaimView.ClassNamedBy(request.Object!) is not null)
            return false;
        if (StorageClassView.DefaultOf((await lookup.AllAsync(request.Workspace, StorageRequests.Classes, cancel)).Range(null, null)) is not { } standard)
            return false;
        request.Object!.ObjectOrNew("spec")["storageClassName"] = standard.Key.Name;
        return true;
    }
}
