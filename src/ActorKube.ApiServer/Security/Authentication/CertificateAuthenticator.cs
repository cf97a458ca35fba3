using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Pki;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>Client certificates: common name is the user, organizations are the groups. The caller keeps the answer for the life of the connection.</summary>
internal sealed class CertificateAuthenticator(X509Certificate2 authority, TimeProvider time)
{
    private const string CommonNameOid = "2.5.4.3";
    private const string OrganizationOid = "2.5.4.10";

    /// <summary>The user, or null when the certificate is not the authority's, not valid now, not for clients, or has no common name.</summary>
    public UserInfo? Authenticate(X509Certificate2 certificate)
    {
        if (!CertificateTrust.IsIssuedBy(certificate, authority, CertificateUsage.Client, time))
            return null;
        string? name = null;
        var groups = ImmutableArray.CreateBuilder<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (part.HasMultipleElements)
                continue;
            var oid = part.GetSingleElementType().Value;
            if (oid == CommonNameOid)
                name = part.GetSingleElementValue();
            else if (oid == OrganizationOid && part.GetSingleElementValue() is { Length: > 0 } group)
                groups.Add(group);
        }
        if (string.IsNullOrEmpty(name))
            return null;
        return new UserInfo(name)
        {
            Groups = AuthenticatedGroups.Add(groups),
            Extra = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add(
                UserExtra.CredentialId, ["X509SHA256=" + certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()]),
        };
    }
}
