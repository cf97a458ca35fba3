using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>
/// <c>spec.stubPKCS10Request</c>: holds the pod's public key, and is signed with the private one, so that nobody has certificates made for keys that are not his. The platform knows no Ed25519;
/// that one signature is checked by BouncyCastle (ADR 0156).
/// </summary>
internal static class StubRequestRules
{
    private const int MaxBytes = 10 * 1024;
    private const string Rsa = "1.2.840.113549.1.1.1";
    private const string EllipticCurve = "1.2.840.10045.2.1";
    private const string Ed25519Oid = "1.3.101.112";
    private const string Malformed = "must be a valid PKCS#10 CSR";
    private const string UnknownKey = "unknown public key type; supported types are Ed25519, ECDSA, and RSA";
    private const string Unproven = "could not verify proof-of-possession signature";
    private static readonly int[] ModulusBits = [3072, 4096];
    private static readonly string[] Curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"];

    private static FieldPath Path => FieldPath.Spec.Child("stubPKCS10Request");

    /// <summary>Checks the key and the proof that its owner asks.</summary>
    public static void Check(JsonObject? spec, FieldErrors errors)
    {
        if (Bytes(spec) is not { } der)
            errors.InvalidUnshown(Path, Malformed);
        else if (der.Length > MaxBytes)
            errors.TooLong(Path, MaxBytes);
        else if (Load(der, CertificateRequestLoadOptions.SkipSignatureValidation) is not { } request)
            errors.InvalidUnshown(Path, Malformed);
        else if (KeyFault(request.PublicKey) is var (shown, fault))
            errors.Invalid(Path, shown, fault);
        else if (!IsSigned(der, request.PublicKey))
            errors.InvalidUnshown(Path, Unproven);
    }

    /// <summary>The public key of a request that was accepted, encoded; null where there is none.</summary>
    public static byte[]? KeyOf(JsonObject? spec) => Bytes(spec) is { Length: <= MaxBytes } der ? Load(der, CertificateRequestLoadOptions.SkipSignatureValidation)?.PublicKey.ExportSubjectPublicKeyInfo() : null;

    private static byte[]? Bytes(JsonObject? spec)
    {
        var text = spec.Text("stubPKCS10Request") ?? "";
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : null;
    }

    private static CertificateRequest? Load(byte[] der, CertificateRequestLoadOptions options)
    {
        try
        {
            return CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, options, RSASignaturePadding.Pkcs1);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or NotSupportedException or ArgumentException)
        {
            return null;
        }
    }

    private static (string Shown, string Fault)? KeyFault(PublicKey key)
    {
        try
        {
            switch (key.Oid.Value)
            {
                case Ed25519Oid:
                    return null;
                case Rsa:
                    using (var rsa = key.GetRSAPublicKey())
                        return rsa is null || !ModulusBits.Contains(rsa.KeySize) ? ($"{rsa?.KeySize}-bit modulus", "RSA keys must have modulus size 3072 or 4096") : null;
                case EllipticCurve:
                    var curve = key.EncodedParameters is { } parameters ? new AsnReader(parameters.RawData, AsnEncodingRules.DER).ReadObjectIdentifier() : "";
                    return Curves.Contains(curve) ? null : ($"curve {curve}", "elliptic public keys must use curve P256 or P384");
                default:
                    return (key.Oid.Value ?? "", UnknownKey);
            }
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            return (key.Oid.Value ?? "", UnknownKey);
        }
    }

    private static bool IsSigned(byte[] der, PublicKey key) =>
        key.Oid.Value == Ed25519Oid ? IsSignedByEd25519(der, key.EncodedKeyValue.RawData) : Load(der, CertificateRequestLoadOptions.Default) is not null;

    // CertificationRequest ::= SEQUENCE { what is signed, the algorithm, the signature } (RFC 2986).
    private static bool IsSignedByEd25519(byte[] der, byte[] key)
    {
        try
        {
            var request = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
            var signed = request.ReadEncodedValue().ToArray();
            var algorithm = request.ReadSequence().ReadObjectIdentifier();
            var signature = request.ReadBitString(out _);
            return algorithm == Ed25519Oid && signature.Length == Ed25519.SignatureSize && key.Length == Ed25519.PublicKeySize && Ed25519.Verify(signature, 0, key, 0, signed, 0, signed.Length);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
