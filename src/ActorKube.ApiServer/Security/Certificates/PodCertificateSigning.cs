using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Security.Certificates;

/// <summary>Only who may <c>sign</c> for a signer gives pods certificates in its name. Upstream checks it with the status, and refuses with 422.</summary>
internal sealed class PodCertificateSigning(SignerAccess access) : IAdmissionPlugin
{
    public string Name => "PodCertificateSigning";

    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation == AdmissionOperation.Update && subresource == "status" && served.GroupResource == SignerAccess.PodRequests;

    public async ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var signer = request.Old.Object("spec").Text("signerName") ?? "";
        if (ObjectParts.SamePart(request.Object!, request.Old!, "status", "certificateChain") || await access.MayAsync(request, "sign", signer, cancel))
            return;
        var errors = new FieldErrors();
        errors.Forbidden(FieldPath.Spec.Child("signerName"), $"User {GoText.Quote(request.User.Name)} is not permitted to \"sign\" for signer {GoText.Quote(signer)}");
        errors.ThrowIfAny(request.Served.Kind.Group, request.Served.Kind.Kind, request.Name);
    }
}
