using ActorKube.Api.Json;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Security.Certificates;

/// <summary>Only who may <c>sign</c> for a signer sets certificates or conditions through <c>/status</c> (upstream: <c>plugin/pkg/admission/certificates/signing</c>).</summary>
internal sealed class CertificateSigning(SignerAccess access) : IAdmissionPlugin
{
    public string Name => "CertificateSigning";

    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) => SignerAccess.Concerns(operation, served, subresource, "status");

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) =>
        ObjectParts.SamePart(request.Object!, request.Old!, "status", "certificate") && HasSameConditions(request)
            ? ValueTask.CompletedTask
            : access.RequireAsync(request, "sign", cancel);

    // An empty list says no more than none.
    private static bool HasSameConditions(AdmissionRequest request) =>
        JsonEquality.Same(request.Object.Object("status").Array("conditions") ?? [], request.Old.Object("status").Array("conditions") ?? []);
}
