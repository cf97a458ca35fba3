using ActorKube.Api.Json;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Security.Certificates;

/// <summary>Only who may <c>attest</c> for a signer writes bundles in its name (upstream: <c>plugin/pkg/admission/certificates/ctbattest</c>).</summary>
internal sealed class ClusterTrustBundleAttest(SignerAccess access) : IAdmissionPlugin
{
    public string Name => "ClusterTrustBundleAttest";

    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation is AdmissionOperation.Create or AdmissionOperation.Update && served.GroupResource == SignerAccess.Bundles;

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var signer = request.Object.Object("spec").Text("signerName") ?? "";
        // Who only takes finalizers and owners off says nothing about certificates.
        if (signer.Length == 0 || (request.Old is { } old && ObjectParts.SameBut(["metadata"], request.Object!, old) && SameMetadata(request.Object!, old)))
            return;
        if (!await access.MayAsync(request, "attest", signer, cancel))
            throw request.Forbid($"user not permitted to attest for signerName {GoText.Quote(signer)}");
    }

    private static bool SameMetadata(System.Text.Json.Nodes.JsonObject obj, System.Text.Json.Nodes.JsonObject old) =>
        ObjectParts.SameBut(["finalizers", "ownerReferences", "resourceVersion", "managedFields"], obj.Object("metadata") ?? [], old.Object("metadata") ?? []);
}
