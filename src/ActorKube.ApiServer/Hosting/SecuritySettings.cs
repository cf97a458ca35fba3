using System.Net;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.ApiServer.Security.Tokens;
using Akka.Configuration;

namespace ActorKube.ApiServer.Hosting;

/// <summary>The settings in <c>actorkube.security</c>; every key is explained in <c>security.conf</c>.</summary>
public static class SecuritySettings
{
    private const string Root = "actorkube.security";

    /// <summary>The shipped defaults.</summary>
    public static Config Reference { get; } = ReadReference();

    /// <summary>Settings of keys and certificates.</summary>
    /// <param name="config">The configuration; what it does not say is taken from <see cref="Reference"/>.</param>
    /// <param name="hostName">Name of the machine.</param>
    /// <param name="addresses">Addresses of the machine and of the <c>kubernetes</c> service.</param>
    /// <exception cref="ConfigurationException">A value is not allowed; the message names the key.</exception>
    public static PkiOptions Pki(Config config, string hostName, IEnumerable<IPAddress> addresses)
    {
        var pki = config.WithFallback(Reference).GetConfig(Root + ".pki");
        return new PkiOptions
        {
            AuthorityLifetime = Time(pki, "pki.", "authority-lifetime"),
            CertificateLifetime = Time(pki, "pki.", "certificate-lifetime"),
            ClusterDomain = pki.GetString("cluster-domain"),
            HostName = hostName.ToLowerInvariant(),
            ExtraDnsNames = [.. pki.GetStringList("extra-dns-names")],
            Addresses =
            [
                .. addresses,
                .. pki.GetStringList("extra-addresses").Select(text => IPAddress.TryParse(text, out var address)
                    ? address
                    : throw new ConfigurationException($"{Root}.pki.extra-addresses: \"{text}\" is not an IP address.")),
            ],
        };
    }

    /// <summary>Settings of authentication and joining.</summary>
    /// <param name="config">The configuration; what it does not say is taken from <see cref="Reference"/>.</param>
    /// <exception cref="ConfigurationException">A value is not allowed; the message names the key.</exception>
    public static SecurityOptions Options(Config config)
    {
        var security = config.WithFallback(Reference).GetConfig(Root);
        var accounts = security.GetConfig("service-accounts");
        var issuer = accounts.GetString("issuer");
        if (!Uri.TryCreate(issuer, UriKind.Absolute, out _))
            throw new ConfigurationException($"{Root}.service-accounts.issuer: \"{issuer}\" is not a URL.");
        var audiences = accounts.GetStringList("api-audiences");
        var slots = accounts.GetInt("cache-slots");
        if (slots is < 1 or > 1_000_000)
            throw new ConfigurationException($"{Root}.service-accounts.cache-slots: {slots} is not between 1 and 1000000.");
        return new SecurityOptions
        {
            StaticTokenFile = security.GetString("static-token-file"),
            Tokens = new TokenOptions
            {
                Issuer = issuer,
                ApiAudiences = audiences.Count > 0 ? [.. audiences] : [issuer],
                MaxExpiration = accounts.GetTimeSpan("max-expiration"),
                CacheSlots = slots,
            },
        };
    }

    private static TimeSpan Time(Config config, string section, string key)
    {
        var time = config.GetTimeSpan(key);
        return time >= TimeSpan.FromMinutes(1) ? time : throw new ConfigurationException($"{Root}.{section}{key}: {time} is too short.");
    }

    private static Config ReadReference()
    {
        using var stream = typeof(SecuritySettings).Assembly.GetManifestResourceStream("security.conf")!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
