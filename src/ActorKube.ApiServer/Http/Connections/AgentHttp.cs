using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ActorKube.ApiServer.Security.Pki;

namespace ActorKube.ApiServer.Http.Connections;

/// <summary>The HTTP client for node agents: shows the API server's certificate, and trusts the cluster's CA alone.</summary>
internal static class AgentHttp
{
    public static HttpMessageInvoker Create(ClusterPki pki)
    {
        var own = pki.AgentClient().Load();
        return new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [own],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => own,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { pki.Authority.Certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        });
    }
}
