using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Users;

namespace ActorKube.NodeAgent.Server;

/// <summary>Users by client certificate: the common name is the user, the organisations are the groups.</summary>
/// <param name="authorities">Who may issue such certificates.</param>
/// <param name="time">The clock for validity.</param>
internal sealed class ClientCertificates(X509Certificate2Collection authorities, TimeProvider time)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string CommonName = "2.5.4.3";
    private const string Organization = "2.5.4.10";

    /// <summary>The user of a certificate; null when no authority of ours vouches for it.</summary>
    public UserInfo? Find(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTimeIgnored = false;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().UtcDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        if (!chain.Build(certificate))
            return null;
        var name = "";
        var groups = ImmutableArray.CreateBuilder<string>();
        foreach (var part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
            if (part.HasMultipleElements)
                continue;
            else if (part.GetSingleElementType().Value == CommonName)
                name = part.GetSingleElementValue() ?? "";
            else if (part.GetSingleElementType().Value == Organization)
                groups.Add(part.GetSingleElementValue() ?? "");
        groups.Add(WellKnownUsers.Authenticated);
        return name.Length == 0 ? null : new UserInfo(name) { Groups = groups.ToImmutable() };
    }
}
