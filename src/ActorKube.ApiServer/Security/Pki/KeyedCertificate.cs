using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>A certificate with its private key, in PEM.</summary>
/// <param name="CertificatePem">The certificate.</param>
/// <param name="KeyPem">The private key (PKCS#8).</param>
public sealed record KeyedCertificate(string CertificatePem, string KeyPem)
{
    /// <summary>Loads the pair in the form that Kestrel and SslStream take on every platform: through PKCS#12, because a key that exists only in memory is refused by some.</summary>
    /// <exception cref="CryptographicException">The PEM is damaged or the key does not belong to the certificate.</exception>
    public X509Certificate2 Load()
    {
        using var pair = X509Certificate2.CreateFromPem(CertificatePem, KeyPem);
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null);
    }

    /// <summary>Loads the pair from two files of a directory.</summary>
    /// <exception cref="PkiException">A file is missing, unreadable or damaged, or the key does not belong to the certificate.</exception>
    public static KeyedCertificate Read(SecretDirectory directory, string name)
    {
        var pair = new KeyedCertificate(directory.Read(name + ".crt"), directory.Read(name + ".key"));
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(pair.CertificatePem, pair.KeyPem);
            return pair;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new PkiException($"The files {directory.PathOf(name)}.crt and .key are damaged or do not belong together: {e.Message}", e);
        }
    }

    /// <summary>Writes the pair; the key first, so that a certificate without its key is never found.</summary>
    public void Write(SecretDirectory directory, string name)
    {
        directory.Write(name + ".key", KeyPem);
        directory.Write(name + ".crt", CertificatePem);
    }
}
