using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Kinds;
using ActorKube.Machinery.Volumes;

namespace ActorKube.ApiServer.Admission;

/// <summary>Claims, volumes and attribute classes are born with the finalizer that keeps them while they are in use (upstream: <c>storageobjectinuseprotection</c>).</summary>
internal sealed class StorageObjectInUseProtection : IAdmissionPlugin
{
    private static readonly Dictionary<GroupResource, string> Finalizers = new()
    {
        [StorageRequests.Claims] = ProtectionFinalizers.Claim,
        [StorageRequests.Volumes] = ProtectionFinalizers.Volume,
        [StorageRequests.AttributesClasses] = ProtectionFinalizers.AttributesClass,
    };

    /// <inheritdoc/>
    public string Name => "StorageObjectInUseProtection";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation == AdmissionOperation.Create && Finalizers.ContainsKey(served.Storage) && subresource.Length == 0;

    /// <inheritdoc/>
    public ValueTask<bool> MutateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var finalizer = Finalizers[request.Served.Storage];
        var finalizers = request.Object!.ObjectOrNew("metadata").ArrayOrNew("finalizers");
        if (finalizers.Any(f => f.Text() == finalizer))
            return ValueTask.FromResult(false);
        finalizers.Add((JsonNode)finalizer);
        return ValueTask.FromResult(true);
    }
}
