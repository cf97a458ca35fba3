using ActorKube.Api.Certificates;
using ActorKube.Api.Json;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Security.Certificates;

/// <summary>Nobody gets into <c>system:masters</c> by a certificate that he asked for (upstream: <c>plugin/pkg/admission/certificates/subjectrestriction</c>).</summary>
internal sealed class CertificateSubjectRestriction : IAdmissionPlugin
{
    public string Name => "CertificateSubjectRestriction";

    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) =>
        operation == AdmissionOperation.Create && subresource.Length == 0 && served.GroupResource == SignerAccess.Requests;

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel)
    {
        var spec = request.Object.Object("spec");
        if (spec.Text("signerName") != SignerNames.ApiServerClient)
            return ValueTask.CompletedTask;
        // Validation has read it before.
        var asked = SigningRequest.Parse(Convert.FromBase64String(spec.Text("request")!), verify: false);
        return asked.Subject.Organizations.Contains(WellKnownUsers.Masters)
            ? throw request.Forbid($"use of {SignerNames.ApiServerClient} signer with {WellKnownUsers.Masters} group is not allowed")
            : ValueTask.CompletedTask;
    }
}
