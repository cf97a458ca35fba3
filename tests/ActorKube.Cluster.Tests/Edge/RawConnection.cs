using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Cluster.Tests.Clients;

namespace ActorKube.Cluster.Tests.Edge;

/// <summary>A TLS connection on which everything can be said, well-formed or not: HTTP clients mend what they send.</summary>
internal sealed class RawConnection : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TcpClient _tcp;
    private readonly SslStream _stream;

    private RawConnection(TcpClient tcp, SslStream stream)
    {
        _tcp = tcp;
        _stream = stream;
    }

    /// <summary>Connects as a user of the cluster.</summary>
    public static async Task<RawConnection> OpenAsync(ApiServerFixture server, string user = "nobody", params string[] groups)
    {
        var tcp = new TcpClient { ReceiveBufferSize = 64 * 1024 };
        await tcp.ConnectAsync(server.Url.Host, server.Url.Port);
        var stream = new SslStream(tcp.GetStream());
        await stream.AuthenticateAsClientAsync(Tls(server, user, groups));
        return new RawConnection(tcp, stream);
    }

    /// <summary>What a client of the cluster needs to be let in.</summary>
    public static SslClientAuthenticationOptions Tls(ApiServerFixture server, string user, params string[] groups) => new()
    {
        TargetHost = "localhost",
        ClientCertificates = [server.Pki.IssueClient(user, groups).Load()],
        CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { server.Pki.Authority.Certificate }, RevocationMode = X509RevocationMode.NoCheck },
    };

    /// <summary>Sends text as it is.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends bytes as they are; that the server no longer listens is for the answer to say.</summary>
    public async Task SendAsync(byte[] bytes)
    {
        try
        {
            await _stream.WriteAsync(bytes);
            await _stream.FlushAsync();
        }
        catch (IOException)
        {
            // It has answered and closed already.
        }
    }

    /// <summary>Reads until the server closes the connection or has said enough for one answer.</summary>
    public async Task<RawAnswer> AnswerAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            int length;
            while (!RawAnswer.IsWhole(text) && (length = await _stream.ReadAsync(buffer, limit.Token)) > 0)
                text.Append(Encoding.UTF8.GetString(buffer, 0, length));
        }
        catch (IOException)
        {
            // Cut off.
        }
        return RawAnswer.Parse(text.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _tcp.Dispose();
    }
}

/// <summary>An answer as it came.</summary>
/// <param name="Code">Status code; 0 when the connection was closed without an answer.</param>
/// <param name="Body">What followed the head.</param>
internal sealed record RawAnswer(int Code, string Body)
{
    private const string Length = "Content-Length: ";

    /// <summary>The reason in the Status, if the body is one.</summary>
    public string? Reason => Body.StartsWith('{') ? (string?)JsonNode.Parse(Body)!["reason"] : null;

    public static bool IsWhole(StringBuilder text)
    {
        var read = text.ToString();
        var end = read.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return false;
        var at = read.IndexOf(Length, 0, end, StringComparison.OrdinalIgnoreCase);
        return at >= 0 && Encoding.UTF8.GetByteCount(read.AsSpan(end + 4)) >= int.Parse(read.AsSpan(at + Length.Length, read.IndexOf('\r', at) - at - Length.Length));
    }

    public static RawAnswer Parse(string text)
    {
        if (text.Length == 0)
            return new(0, "");
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return new(int.Parse(text.AsSpan("HTTP/1.1 ".Length, 3)), end < 0 ? "" : text[(end + 4)..]);
    }
}
