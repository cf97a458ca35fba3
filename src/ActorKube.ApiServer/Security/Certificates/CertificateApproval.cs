using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Security.Certificates;

/// <summary>Only who may <c>approve</c> for a signer approves or denies its requests (upstream: <c>plugin/pkg/admission/certificates/approval</c>).</summary>
internal sealed class CertificateApproval(SignerAccess access) : IAdmissionPlugin
{
    public string Name => "CertificateApproval";

    public bool Handles(AdmissionOperation operation, ServedResource served, string subresource) => SignerAccess.Concerns(operation, served, subresource, "approval");

    public ValueTask ValidateAsync(AdmissionRequest request, CancellationToken cancel) => access.RequireAsync(request, "approve", cancel);
}
