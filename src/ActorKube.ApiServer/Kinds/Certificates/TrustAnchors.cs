using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>PEM that holds certificates of authorities and nothing else, each once (upstream: <c>validateTrustBundle</c>).</summary>
internal static class TrustAnchors
{
    private const int MaxBytes = 1 << 20;
    private const string Begin = "-----BEGIN ";
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
        if (HasHeaders(pem, out var entry))
            errors.Invalid(path, Omitted, $"entry {entry} has PEM block headers");
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

    // Blocks with headers are none to the platform, which would pass them over in silence.
    private static bool HasHeaders(string pem, out int entry)
    {
        entry = 0;
        for (var at = pem.IndexOf(Begin, StringComparison.Ordinal); at >= 0; at = pem.IndexOf(Begin, at + 1, StringComparison.Ordinal), entry++)
            if (pem.AsSpan(at).IndexOf('\n') is > 0 and var line)
            {
                var second = pem.AsSpan(at + line + 1);
                if (second.IndexOf('\n') is > 0 and var end && second[..end].Contains(':'))
                    return true;
            }
        return false;
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
