using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using k8s;
using k8s.Authentication;
using k8s.Exceptions;

namespace ActorKube.Machinery.Client.Http;

/// <summary>Connections as kubeconfig files and pods describe them. The files' many forms are the KubernetesClient library's business.</summary>
public static class KubeconfigConnection
{
    /// <summary>The connection of a file's context.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">Name of the context; null for the current one.</param>
    /// <exception cref="FormatException">The file is malformed, lacks something, or asks for what is not supported.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static HttpConnectionOptions Read(string path, string? context = null)
    {
        try
        {
            return Of(KubernetesClientConfiguration.BuildConfigFromConfigFile(path, context));
        }
        catch (Exception failure) when (failure is KubeConfigException or CryptographicException or YamlDotNet.Core.YamlException)
        {
            throw new FormatException($"The kubeconfig {path} cannot be used: {failure.Message}", failure);
        }
    }

    private static HttpConnectionOptions Of(KubernetesClientConfiguration config)
    {
        if (config.SkipTlsVerify || !string.IsNullOrEmpty(config.Username))
            throw new FormatException("The kubeconfig asks for an unverified connection or for basic authentication; neither is supported.");
        return new HttpConnectionOptions
        {
            Server = new Uri(config.Host),
            Authorities = config.SslCaCerts is { } authorities ? [.. authorities] : [],
            ClientCertificate = Certificate(config),
            Token = config.TokenProvider is { } provider ? new ProvidedToken(provider) : config.AccessToken is { Length: > 0 } token ? new FixedToken(token) : null,
        };
    }

    private static X509Certificate2? Certificate(KubernetesClientConfiguration config)
    {
        var certificate = Pem(config.ClientCertificateData, config.ClientCertificateFilePath);
        var key = Pem(config.ClientCertificateKeyData, config.ClientKeyFilePath);
        if (certificate is null || key is null)
            return null;
        using var pair = X509Certificate2.CreateFromPem(certificate, key);
        // Through PKCS#12: a key that exists only in memory is refused by some platforms.
        return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), password: null);
    }

    private static string? Pem(string? data, string? path) =>
        data is { Length: > 0 } ? Encoding.UTF8.GetString(Convert.FromBase64String(data)) : path is { Length: > 0 } ? File.ReadAllText(path) : null;

    private sealed class ProvidedToken(ITokenProvider provider) : ITokenSource
    {
        public async ValueTask<string> GetAsync(string? refused, CancellationToken cancel) => (await provider.GetAuthenticationHeaderAsync(cancel)).Parameter ?? "";
    }
}
