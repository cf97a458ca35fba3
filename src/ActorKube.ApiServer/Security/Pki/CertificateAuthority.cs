using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Certificates;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>
/// Issues certificates. ECDSA P-256 throughout: a key takes a fraction of a millisecond, an RSA key a good part of the time a server has to start.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    // Clocks of machines that join differ a little: a certificate must not be "not yet valid" there.
    private static readonly TimeSpan Backdating = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortLife = TimeSpan.FromHours(8);

    private readonly ECDsa _key;
    private readonly TimeProvider _time;

    private CertificateAuthority(X509Certificate2 certificate, ECDsa key, TimeProvider time)
    {
        Certificate = certificate;
        _key = key;
        _time = time;
        CertificatePem = certificate.ExportCertificatePem() + "\n";
    }

    /// <summary>The authority's own certificate, without the private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The same in PEM.</summary>
    public string CertificatePem { get; }

    /// <summary>SHA-256 over the public key (SubjectPublicKeyInfo), lower-case hex: what a join token pins.</summary>
    public string PublicKeyHash => HashPublicKey(Certificate);

    /// <summary>A new self-signed authority.</summary>
    public static CertificateAuthority Create(string commonName, TimeSpan lifetime, TimeProvider time)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Name(commonName, []), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, critical: true));
        var subjectKey = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(subjectKey);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(subjectKey));
        var now = time.GetUtcNow();
        using var signed = request.CreateSelfSigned(now - Backdating, now + lifetime);
        return new CertificateAuthority(X509CertificateLoader.LoadCertificate(signed.RawData), key, time);
    }

    /// <summary>Restores an authority from what <see cref="Export"/> gave.</summary>
    /// <exception cref="CryptographicException">The PEM is damaged, or the key does not belong to the certificate.</exception>
    public static CertificateAuthority Load(KeyedCertificate pair, TimeProvider time)
    {
        using var check = X509Certificate2.CreateFromPem(pair.CertificatePem, pair.KeyPem);
        if (check.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true })
            throw new CryptographicException("The certificate is not that of a certificate authority.");
        var key = check.GetECDsaPrivateKey() ?? throw new CryptographicException("The key is not an elliptic-curve key.");
        return new CertificateAuthority(X509CertificateLoader.LoadCertificate(check.RawData), key, time);
    }

    /// <summary>Certificate and key in PEM.</summary>
    public KeyedCertificate Export() => new(CertificatePem, _key.ExportPkcs8PrivateKeyPem() + "\n");

    /// <summary>Issues a certificate for a new key.</summary>
    public KeyedCertificate Issue(CertificateProfile profile)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Name(profile.CommonName, profile.Organizations), key, HashAlgorithmName.SHA256);
        return new KeyedCertificate(Sign(request, profile), key.ExportPkcs8PrivateKeyPem() + "\n");
    }

    /// <summary>
    /// Issues a certificate for the key of a signing request. Only the key is taken from it: names and usages are what the profile says, whatever was asked for.
    /// </summary>
    /// <exception cref="CryptographicException">The request is damaged, not signed by its key, or its key is not an elliptic-curve key.</exception>
    public string Issue(string signingRequestPem, CertificateProfile profile)
    {
        var asked = CertificateRequest.LoadSigningRequestPem(signingRequestPem, HashAlgorithmName.SHA256);
        using var key = asked.PublicKey.GetECDsaPublicKey() ?? throw new CryptographicException("The key of a signing request has to be an elliptic-curve key.");
        return Sign(new CertificateRequest(Name(profile.CommonName, profile.Organizations), asked.PublicKey, HashAlgorithmName.SHA256), profile);
    }

    /// <summary>Issues what a signing request asks for: its subject, its names and its key, for the usages that were approved. Whether it should be, others have judged.</summary>
    /// <param name="asked">The request.</param>
    /// <param name="usages">Names of usages (<see cref="KeyUsages"/>).</param>
    /// <param name="lifetime">How long it is valid, at least ten minutes; it never outlives the authority.</param>
    public string Issue(SigningRequest asked, IReadOnlyCollection<string> usages, TimeSpan lifetime)
    {
        var request = new CertificateRequest(asked.SubjectName, asked.PublicKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        if (KeyUsages.FlagsOf(usages) is not X509KeyUsageFlags.None and var flags)
            request.CertificateExtensions.Add(new X509KeyUsageExtension(flags, critical: true));
        if (KeyUsages.OidsOf(usages) is { Count: > 0 } oids)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. oids.Select(static o => new Oid(o))], critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (!asked.Names.IsEmpty)
            request.CertificateExtensions.Add(AlternativeName.Extension(asked.Names));
        var now = _time.GetUtcNow();
        // As upstream: only of a long life the allowance for clocks is taken off at the end.
        return Sign(request, now - Backdating, lifetime < ShortLife ? now + lifetime : now + lifetime - Backdating);
    }

    /// <summary>SHA-256 over the public key of a certificate, lower-case hex.</summary>
    public static string HashPublicKey(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        Certificate.Dispose();
    }

    private string Sign(CertificateRequest request, CertificateProfile profile)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(Usages(profile.Usage), critical: false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (profile.DnsNames.Count + profile.Addresses.Count > 0)
            request.CertificateExtensions.Add(AlternativeNames(profile));

        var now = _time.GetUtcNow();
        return Sign(request, now - BackdatingOf(profile.Lifetime), now + profile.Lifetime);
    }

    private string Sign(CertificateRequest request, DateTimeOffset start, DateTimeOffset end)
    {
        var lastDay = new DateTimeOffset(Certificate.NotAfter);
        Span<byte> serial = stackalloc byte[16];
        RandomNumberGenerator.Fill(serial);
        serial[0] &= 0x7f;
        using var certificate = request.Create(Certificate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), start, end < lastDay ? end : lastDay, serial);
        return certificate.ExportCertificatePem() + "\n";
    }

    // A life of minutes is not to begin with most of it over.
    private static TimeSpan BackdatingOf(TimeSpan lifetime) => lifetime / 4 < Backdating ? lifetime / 4 : Backdating;

    private static X500DistinguishedName Name(string commonName, IReadOnlyList<string> organizations)
    {
        // The builder encodes in reverse; encoded, the groups have their order and the user comes last, as in what others issue.
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        foreach (var organization in organizations.Reverse())
            name.AddOrganizationName(organization);
        return name.Build();
    }

    private static OidCollection Usages(CertificateUsage usage)
    {
        var oids = new OidCollection();
        if (usage.HasFlag(CertificateUsage.Server))
            oids.Add(new Oid(ServerAuthentication));
        if (usage.HasFlag(CertificateUsage.Client))
            oids.Add(new Oid(ClientAuthentication));
        return oids.Count > 0 ? oids : throw new ArgumentException("A certificate needs a usage.", nameof(usage));
    }

    private static X509Extension AlternativeNames(CertificateProfile profile)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var dns in profile.DnsNames.Distinct(StringComparer.OrdinalIgnoreCase))
            names.AddDnsName(dns);
        foreach (var address in profile.Addresses.Distinct())
            names.AddIpAddress(address);
        return names.Build();
    }
}
