using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using ActorKube.ApiServer.Security.Pki;

namespace ActorKube.ApiServer.Http.Connections;

/// <summary>
/// The HTTP client for node agents. Requests are addressed to the node's name, which the agent's certificate has to bear; where that node is, each request says.
/// </summary>
internal static class AgentHttp
{
    /// <summary>Address and port of the agent, in the options of a request.</summary>
    public static readonly HttpRequestOptionsKey<(string Host, int Port)> Endpoint = new("actorkube-agent-endpoint");

    /// <summary>Makes the client: it shows the API server's certificate and trusts agents of this cluster only.</summary>
    public static HttpMessageInvoker Create(ClusterPki pki, TimeProvider time)
    {
        var own = new RenewedCertificate(() => pki.AgentClient().Load(), time);
        return new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions
            {
                LocalCertificateSelectionCallback = (_, _, _, _, _) => own.Current,
                RemoteCertificateValidationCallback = (stream, certificate, _, _) =>
                    certificate is X509Certificate2 shown && CertificateTrust.IsAgent(shown, pki.ProcessAuthority.Certificate, ((SslStream)stream).TargetHostName, time),
            },
        });
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        if (!context.InitialRequestMessage.Options.TryGetValue(Endpoint, out var endpoint))
            throw new InvalidOperationException("The request does not say where the agent is.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
