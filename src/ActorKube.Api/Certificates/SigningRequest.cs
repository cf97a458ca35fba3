using System.Collections.Immutable;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ActorKube.Api.Certificates;

/// <summary>A request for a certificate (PKCS#10), read: who it is to be for, under which names, with which key.</summary>
public sealed class SigningRequest
{
    private const string Label = "CERTIFICATE REQUEST";

    // Many times what a request with hundreds of names has. The search for the block takes seconds of CPU where a text of megabytes is made for that.
    private const int Longest = 64 * 1024;

    private const string AlternativeNamesOid = "2.5.29.17";

    private SigningRequest(CertificateRequest request)
    {
        SubjectName = request.SubjectName;
        PublicKey = request.PublicKey;
        Subject = SubjectParts.Of(request.SubjectName);
        Names = [.. request.CertificateExtensions.Where(static e => e.Oid?.Value == AlternativeNamesOid).SelectMany(static e => AlternativeName.Read(e.RawData))];
    }

    /// <summary>The subject as it was encoded.</summary>
    public X500DistinguishedName SubjectName { get; }

    /// <summary>User and groups.</summary>
    public SubjectParts Subject { get; }

    /// <summary>The key that is to be certified.</summary>
    public PublicKey PublicKey { get; }

    /// <summary>Further names: hosts, addresses, mail addresses and URIs.</summary>
    public ImmutableArray<AlternativeName> Names { get; }

    /// <summary>Whether it asks for any name of a kind.</summary>
    public bool Has(AlternativeNameKind kind) => Names.Any(n => n.Kind == kind);

    /// <summary>Reads the first block of a PEM text.</summary>
    /// <param name="pem">The text.</param>
    /// <param name="verify">Whether the request has to be signed by the key it holds.</param>
    /// <exception cref="FormatException">It is no request; the message is for the one who sent it.</exception>
    public static SigningRequest Parse(ReadOnlySpan<byte> pem, bool verify)
    {
        if (pem.Length > Longest)
            throw new FormatException($"the certificate request is longer than {Longest} bytes");
        var text = Encoding.Latin1.GetString(pem);
        if (!PemEncoding.TryFind(text, out var block) || text.AsSpan(block.Label) is not Label)
            throw new FormatException($"PEM block type must be {Label}");
        var options = CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions | (verify ? CertificateRequestLoadOptions.Default : CertificateRequestLoadOptions.SkipSignatureValidation);
        try
        {
            return new SigningRequest(CertificateRequest.LoadSigningRequest(Convert.FromBase64String(text[block.Base64Data]), HashAlgorithmName.SHA256, options));
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or NotSupportedException or ArgumentException)
        {
            throw new FormatException($"the certificate request cannot be used: {e.Message}", e);
        }
    }
}
