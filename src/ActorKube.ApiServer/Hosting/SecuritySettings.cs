using System.Net;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.ApiServer.Security.Tokens;
using ActorKube.Protocol.Hosting;
using Akka.Configuration;

namespace ActorKube.ApiServer.Hosting;

/// <summary>The settings in <c>actorkube.security</c>; every key is explained in <c>security.conf</c>.</summary>
public static class SecuritySettings
{
    private const string Root = "actorkube.security";

    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromMinutes(1);

    /// <summary>The shipped defaults.</summary>
    public static Config Reference { get; } = EmbeddedSettings.Read(typeof(SecuritySettings).Assembly, "security.conf");

    /// <summary>Settings of keys and certificates.</summary>
    /// <param name="config">The configuration; what it does not say is taken from <see cref="Reference"/>.</param>
    /// <param name="hostName">Name of the machine.</param>
    /// <param name="addresses">Addresses of the machine and of the <c>kubernetes</c> service.</param>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is not allowed; the message names the key.</exception>
    public static PkiOptions Pki(Config config, string hostName, IEnumerable<IPAddress> addresses)
    {
        var known = new SettingsReader(Root, config, Reference);
        return new PkiOptions
        {
            AuthorityLifetime = Lifetime(known, "pki.authority-lifetime"),
            CertificateLifetime = Lifetime(known, "pki.certificate-lifetime"),
            ClusterDomain = known.Domain("pki.cluster-domain"),
            HostName = hostName.ToLowerInvariant(),
            ExtraDnsNames = [.. known.Texts("pki.extra-dns-names")],
            Addresses = [.. addresses, .. known.Addresses("pki.extra-addresses")],
        };
    }

    /// <summary>Settings of authentication and joining.</summary>
    /// <param name="config">The configuration; what it does not say is taken from <see cref="Reference"/>.</param>
    /// <exception cref="ConfigurationException">A key is unknown, or a value is not allowed; the message names the key.</exception>
    public static SecurityOptions Options(Config config)
    {
        var known = new SettingsReader(Root, config, Reference);
        var issuer = known.Text("service-accounts.issuer");
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out _))
            throw known.Bad("service-accounts.issuer", "a URL");
        var audiences = known.Texts("service-accounts.api-audiences");
        return new SecurityOptions
        {
            StaticTokenFile = known.Text("static-token-file"),
            Tokens = new TokenOptions
            {
                Issuer = issuer,
                ApiAudiences = audiences.Count > 0 ? [.. audiences] : [issuer],
                MaxExpiration = known.Time("service-accounts.max-expiration", zero: true),
                CacheSlots = known.Number("service-accounts.cache-slots", 1, 1_000_000),
            },
        };
    }

    private static TimeSpan Lifetime(SettingsReader known, string key) =>
        known.Time(key) is var time && time >= ShortestLifetime ? time : throw known.Bad(key, "at least a minute");
}
