using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Quantities;
using ActorKube.ApiServer.Kinds;
using ActorKube.Machinery.Volumes;

namespace ActorKube.ApiServer.Admission;

/// <summary>A claim grows only when it is bound and its class allows it (upstream: <c>persistentvolume/resize</c>).</summary>
internal sealed class PersistentVolumeClaimResize(ObjectLookup lookup) : IAdmissionPlugin
{
    /// <inheritdoc/>
    public string Name => "PersistentVolumeClaimResize";

    /// <inheritdoc/>
    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation == AdmissionOperation.Update && served.Storage == StorageRequests.Claims && subresource.Length == 0;

    /// <inheritdoc/>
    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        if (SizeOf(request.Object!) <= SizeOf(request.Old!))
            return;
        if (request.Old.Object("status").Text("phase") != "Bound")
            throw request.Forbid("Only bound persistent volume claims can be expanded");
        var name = ClaimView.ClassNamedBy(request.Object!) ?? "";
        if (name.Length == 0 || await lookup.FindAsync(request.Workspace, StorageRequests.Classes, new ObjectKey("", name), cancel) is not { } found || !StorageClassView.Project(found).AllowsExpansion)
            throw request.Forbid("only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize");
    }

    private static Quantity SizeOf(JsonObject claim) =>
        Quantity.TryParse(claim.Object("spec").Object("resources").Object("requests").Text("storage"), out var size) ? size : Quantity.Zero;
}
