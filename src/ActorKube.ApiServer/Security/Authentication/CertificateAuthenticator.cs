using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Certificates;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Pki;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>Client certificates: common name is the user, organizations are the groups. The caller keeps the answer for the life of the connection.</summary>
internal sealed class CertificateAuthenticator(X509Certificate2 authority, TimeProvider time)
{
    /// <summary>The user, or null when the certificate is not the authority's, not valid now, not for clients, or has no common name.</summary>
    public UserInfo? Authenticate(X509Certificate2 certificate)
    {
        if (!CertificateTrust.IsIssuedBy(certificate, authority, CertificateUsage.Client, time))
            return null;
        var subject = SubjectParts.Of(certificate.SubjectName);
        if (subject.CommonName.Length == 0)
            return null;
        var groups = ImmutableArray.CreateBuilder<string>();
        groups.AddRange(subject.Organizations.Where(static o => o.Length > 0));
        return new UserInfo(subject.CommonName)
        {
            Groups = AuthenticatedGroups.Add(groups),
            Extra = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add(
                UserExtra.CredentialId, ["X509SHA256=" + certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant()]),
        };
    }
}
