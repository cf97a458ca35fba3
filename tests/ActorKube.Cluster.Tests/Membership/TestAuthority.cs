using System.Security.Cryptography.X509Certificates;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Protocol.Hosting;

namespace ActorKube.Cluster.Tests.Membership;

/// <summary>A cluster's process authority, and what it issues.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("processes", TimeSpan.FromDays(1), TimeProvider.System);

    public X509Certificate2 Issue(string name, CertificateUsage usage = CertificateUsage.Both) =>
        _authority.Issue(new CertificateProfile { CommonName = name, Usage = usage, Lifetime = TimeSpan.FromHours(1) }).Load();

    public ProcessIdentity Identity(string name) => new(Issue(name), Trusts);

    public bool Trusts(X509Certificate2 certificate) => CertificateTrust.IsIssuedBy(certificate, _authority.Certificate, CertificateUsage.Both, TimeProvider.System);

    public void Dispose() => _authority.Dispose();
}
