using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>PEM that holds certificates of authorities and nothing else, each once (upstream: <c>validateTrustBundle</c>).</summary>
internal static class TrustAnchors
{
    private const int MaxBytes = 1 << 20;
    private const string Omitted = "<value omitted>";

    /// <summary>Checks a bundle.</summary>
    public static void Check(FieldPath path, string pem, FieldErrors errors)
    {
        if (pem.Length > MaxBytes)
        {
            errors.TooLong(path, MaxBytes);
            return;
        }
        var before = errors.Count;
        var found = new Dictionary<string, List<int>>();
        var index = 0;
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var block); rest = rest[block.Location.End..], index++)
        {
            var content = Convert.FromBase64String(rest[block.Base64Data].ToString());
            if (Fault(rest[block.Label], content) is { } fault)
                errors.Invalid(path, Omitted, $"entry {index} {fault}");
            else if (!found.TryAdd(Convert.ToBase64String(content), [index]))
                found[Convert.ToBase64String(content)].Add(index);
        }
        if (errors.Count > before)
            return;
        if (found.Count == 0)
            errors.Invalid(path, Omitted, "at least one trust anchor must be provided");
        foreach (var same in found.Values.Where(static indices => indices.Count > 1))
            errors.Invalid(path, Omitted, $"duplicate trust anchor (indices [{string.Join(' ', same)}])");
    }

    private static string? Fault(ReadOnlySpan<char> label, byte[] content)
    {
        if (label is not "CERTIFICATE")
            return $"has bad block type: {label}";
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(content);
            return certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(static e => e.CertificateAuthority) ? null : "does not have the CA bit set";
        }
        catch (CryptographicException)
        {
            return "does not parse as X.509";
        }
    }
}
