using System.Net.Sockets;
using System.Text;
using Grpc.Net.Client;

namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>A gRPC channel over the runtime's Unix socket.</summary>
internal static class CriChannel
{
    private const string UnixScheme = "unix://";
    private const int MaxMessageBytes = 16 << 20;

    // What Linux has room for in the address of a Unix socket.
    private const int LongestPath = 107;

    /// <summary>Opens a channel; the socket is connected with the first call, and again whenever the runtime has gone.</summary>
    public static GrpcChannel Open(string endpoint)
    {
        var path = SocketPath(endpoint);
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = (_, cancel) => ConnectAsync(path, cancel),
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
        };
        return GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxMessageBytes,
            MaxSendMessageSize = MaxMessageBytes,
        });
    }

    /// <summary>The socket that an endpoint names.</summary>
    /// <exception cref="RuntimeException">It names none.</exception>
    public static string SocketPath(string endpoint) => TryGetSocketPath(endpoint)
        ?? throw new RuntimeException(RuntimeErrorKind.InvalidArgument, $"runtime endpoint \"{endpoint}\" is neither unix:///path nor a full path");

    /// <summary>Whether an endpoint names a socket that can be there.</summary>
    public static bool IsEndpoint(string endpoint) => TryGetSocketPath(endpoint) is { } path && Encoding.UTF8.GetByteCount(path) <= LongestPath;

    private static string? TryGetSocketPath(string endpoint)
    {
        var path = endpoint.StartsWith(UnixScheme, StringComparison.Ordinal) ? endpoint[UnixScheme.Length..] : endpoint;
        return path.StartsWith('/') ? path : null;
    }

    private static async ValueTask<Stream> ConnectAsync(string path, CancellationToken cancel)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
