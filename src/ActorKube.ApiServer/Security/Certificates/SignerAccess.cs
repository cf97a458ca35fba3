using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Admission;
using ActorKube.ApiServer.Kinds;

namespace ActorKube.ApiServer.Security.Certificates;

/// <summary>
/// Asks whether a user may <c>approve</c> or <c>sign</c> for a signer. Signers are a resource that only exists in roles; its names are those of signers, or <c>example.com/*</c> for all of a domain.
/// </summary>
internal sealed class SignerAccess(IAuthorizer authorizer)
{
    /// <summary>Signing requests.</summary>
    public static readonly GroupResource Requests = new("certificates.k8s.io", "certificatesigningrequests");

    /// <summary>Certificates to trust.</summary>
    public static readonly GroupResource Bundles = new("certificates.k8s.io", "clustertrustbundles");

    /// <summary>Requests for certificates of pods.</summary>
    public static readonly GroupResource PodRequests = new("certificates.k8s.io", "podcertificaterequests");

    /// <summary>403 unless the user of a request may do this for the signer that the stored object names.</summary>
    /// <exception cref="Api.Errors.ApiException">He may not.</exception>
    public async ValueTask RequireAsync(AdmissionRequest request, string verb, CancellationToken cancel)
    {
        var signer = request.Old.Object("spec").Text("signerName") ?? "";
        if (!await MayAsync(request, verb, signer, cancel))
            throw request.Forbid($"user not permitted to {verb} requests with signerName \"{signer}\"");
    }

    /// <summary>True for updates of one part of signing requests.</summary>
    public static bool Concerns(AdmissionOperation operation, ServedResource served, string subresource, string part) =>
        operation == AdmissionOperation.Update && subresource == part && served.GroupResource == Requests;

    /// <summary>Whether the user of a request may do this for a signer, or for all of the signer's domain.</summary>
    public async ValueTask<bool> MayAsync(AdmissionRequest request, string verb, string signer, CancellationToken cancel) =>
        await MayForAsync(request, verb, signer, cancel) || await MayForAsync(request, verb, signer.Split('/')[0] + "/*", cancel);

    private async ValueTask<bool> MayForAsync(AdmissionRequest request, string verb, string signer, CancellationToken cancel)
    {
        var attributes = new AccessAttributes { User = request.User, Verb = verb, Group = Requests.Group, Version = "*", Resource = "signers", Name = signer };
        return (await authorizer.AuthorizeAsync(attributes, cancel)).Verdict == AccessVerdict.Allow;
    }
}
