using ActorKube.Api.Certificates;
using ActorKube.ApiServer.Hosting;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Controllers.Hosting;

namespace ActorKube.Hosting;

/// <summary>Lends the keys of this process to the controllers that run in it.</summary>
internal static class KeyHolder
{
    /// <summary>What controllers may have done with the keys.</summary>
    public static ClusterKeys Of(ClusterPki pki, ApiServerHost api) => new()
    {
        SignCertificate = (signer, request, usages, lifetime) => AuthorityOf(pki, signer).Issue(request, usages, lifetime),
        IssueToken = api.TokenForSecret,
    };

    // Nodes choose the host names they ask for: a certificate of the other authority would be good enough to pass for an API server.
    private static CertificateAuthority AuthorityOf(ClusterPki pki, string signer) => signer == SignerNames.KubeletServing ? pki.ProcessAuthority : pki.Authority;
}
