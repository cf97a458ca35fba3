using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>Checks certificates of peers against one authority and nothing else: the machine's own trust store plays no part.</summary>
public static class CertificateTrust
{
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>True when the certificate was issued by the authority for this usage and is valid now.</summary>
    public static bool IsIssuedBy(X509Certificate2 certificate, X509Certificate2 authority, CertificateUsage usage, TimeProvider time)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        if (usage.HasFlag(CertificateUsage.Client))
            chain.ChainPolicy.ApplicationPolicy.Add(ClientAuthentication);
        if (usage.HasFlag(CertificateUsage.Server))
            chain.ChainPolicy.ApplicationPolicy.Add(ServerAuthentication);
        return chain.Build(certificate);
    }

    /// <summary>
    /// True when the certificate is that of a node's agent. The name is judged by the common name, which the issuer decides; host names an agent asks for itself.
    /// </summary>
    public static bool IsAgent(X509Certificate2 certificate, X509Certificate2 processAuthority, string node, TimeProvider time) =>
        certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == node
        && certificate.SubjectName.EnumerateRelativeDistinguishedNames().Any(p => !p.HasMultipleElements && p.GetSingleElementValue() == ClusterPki.AgentOrganization)
        && IsIssuedBy(certificate, processAuthority, CertificateUsage.Both, time);

    /// <summary>
    /// True when less than a third of the certificate's life is left: a year's certificate is renewed with four months to go, long before anybody has to hurry.
    /// </summary>
    public static bool IsDueForRenewal(X509Certificate2 certificate, DateTimeOffset now) => now >= RenewalTime(certificate);

    /// <summary>From when on <see cref="IsDueForRenewal"/> says so.</summary>
    public static DateTimeOffset RenewalTime(X509Certificate2 certificate) => TimeWithin(certificate, 2.0 / 3);

    /// <summary>When a part of the certificate's life is over: 0 is its begin, 1 its end.</summary>
    public static DateTimeOffset TimeWithin(X509Certificate2 certificate, double part)
    {
        var (start, end) = (new DateTimeOffset(certificate.NotBefore), new DateTimeOffset(certificate.NotAfter));
        return start + (end - start) * part;
    }

    /// <summary>True when the certificate names every host and address.</summary>
    public static bool Covers(X509Certificate2 certificate, IEnumerable<string> dnsNames, IEnumerable<System.Net.IPAddress> addresses)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (names is null)
            return !dnsNames.Any() && !addresses.Any();
        var dns = names.EnumerateDnsNames().ToHashSet(StringComparer.OrdinalIgnoreCase);
        var ips = names.EnumerateIPAddresses().ToHashSet();
        return dnsNames.All(dns.Contains) && addresses.All(ips.Contains);
    }
}
