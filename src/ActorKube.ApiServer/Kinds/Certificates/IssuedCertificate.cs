using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>What may stand in <c>status.certificate</c>: PEM with one certificate or a chain, and nothing else between the blocks that PEM would not skip.</summary>
internal static class IssuedCertificate
{
    /// <summary>What is wrong, or null. An absent certificate is good.</summary>
    /// <param name="encoded">The field: PEM in base64.</param>
    public static string? Fault(string? encoded)
    {
        if (string.IsNullOrEmpty(encoded))
            return null;
        string pem;
        try
        {
            pem = Encoding.Latin1.GetString(Convert.FromBase64String(encoded));
        }
        catch (FormatException e)
        {
            return e.Message;
        }
        return FaultOf(pem);
    }

    /// <summary>What is wrong with PEM that has to hold a certificate, or null.</summary>
    private static string? FaultOf(string pem)
    {
        var blocks = 0;
        for (var rest = pem.AsSpan(); PemEncoding.TryFind(rest, out var block); rest = rest[block.Location.End..], blocks++)
        {
            var label = rest[block.Label];
            if (label is not "CERTIFICATE")
                return $"only CERTIFICATE PEM blocks are allowed, found \"{label}\"";
            try
            {
                using var certificate = X509CertificateLoader.LoadCertificate(Convert.FromBase64String(rest[block.Base64Data].ToString()));
            }
            catch (CryptographicException e)
            {
                return e.Message;
            }
        }
        return blocks == 0 ? "must contain at least one CERTIFICATE PEM block" : null;
    }
}
