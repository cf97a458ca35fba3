using System.Collections.Frozen;
using System.Security.Cryptography.X509Certificates;

namespace ActorKube.Api.Certificates;

/// <summary>The usages that a CertificateSigningRequest may ask for, and what each is in a certificate.</summary>
public static class KeyUsages
{
    /// <summary>To sign in TLS handshakes.</summary>
    public const string DigitalSignature = "digital signature";

    /// <summary>To encrypt keys, which RSA handshakes of old did.</summary>
    public const string KeyEncipherment = "key encipherment";

    /// <summary>To identify oneself to servers.</summary>
    public const string ClientAuth = "client auth";

    /// <summary>To identify oneself to clients.</summary>
    public const string ServerAuth = "server auth";

    private static readonly FrozenDictionary<string, X509KeyUsageFlags> Basic = new Dictionary<string, X509KeyUsageFlags>
    {
        ["signing"] = X509KeyUsageFlags.DigitalSignature,
        [DigitalSignature] = X509KeyUsageFlags.DigitalSignature,
        ["content commitment"] = X509KeyUsageFlags.NonRepudiation,
        [KeyEncipherment] = X509KeyUsageFlags.KeyEncipherment,
        ["key agreement"] = X509KeyUsageFlags.KeyAgreement,
        ["data encipherment"] = X509KeyUsageFlags.DataEncipherment,
        ["cert sign"] = X509KeyUsageFlags.KeyCertSign,
        ["crl sign"] = X509KeyUsageFlags.CrlSign,
        ["encipher only"] = X509KeyUsageFlags.EncipherOnly,
        ["decipher only"] = X509KeyUsageFlags.DecipherOnly,
    }.ToFrozenDictionary();

    // In the order in which certificates list them.
    private static readonly (string Usage, string Oid)[] Extended =
    [
        ("any", "2.5.29.37.0"),
        (ServerAuth, "1.3.6.1.5.5.7.3.1"),
        (ClientAuth, "1.3.6.1.5.5.7.3.2"),
        ("code signing", "1.3.6.1.5.5.7.3.3"),
        ("email protection", "1.3.6.1.5.5.7.3.4"),
        ("s/mime", "1.3.6.1.5.5.7.3.4"),
        ("ipsec end system", "1.3.6.1.5.5.7.3.5"),
        ("ipsec tunnel", "1.3.6.1.5.5.7.3.6"),
        ("ipsec user", "1.3.6.1.5.5.7.3.7"),
        ("timestamping", "1.3.6.1.5.5.7.3.8"),
        ("ocsp signing", "1.3.6.1.5.5.7.3.9"),
        ("microsoft sgc", "1.3.6.1.4.1.311.10.3.3"),
        ("netscape sgc", "2.16.840.1.113730.4.1"),
    ];

    /// <summary>All usages there are, sorted.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Basic.Keys.Concat(Extended.Select(static e => e.Usage)).Order(StringComparer.Ordinal)];

    /// <summary>The bits of a certificate's key usage; usages that are none are passed over.</summary>
    public static X509KeyUsageFlags FlagsOf(IEnumerable<string> usages) =>
        usages.Aggregate(X509KeyUsageFlags.None, static (flags, usage) => flags | Basic.GetValueOrDefault(usage));

    /// <summary>The object identifiers of a certificate's extended key usage, each once.</summary>
    public static IReadOnlyList<string> OidsOf(IReadOnlyCollection<string> usages) => [.. Extended.Where(e => usages.Contains(e.Usage)).Select(static e => e.Oid).Distinct()];
}
