using System.Net.Sockets;
using Grpc.Core;

namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>What a gRPC failure means to the node agent.</summary>
internal static class CriErrors
{
    // What containerd answers, with status Unknown, while it recovers its pods after a start.
    private const string StillStarting = "server is not initialized yet";

    /// <summary>The seam's exception for a failed call.</summary>
    public static RuntimeException Translate(RpcException e) => new(Kind(e), Detail(e), e);

    /// <summary>
    /// The seam's exception for a failed pull. A status that the runtime sent is about the registry, even <c>Unavailable</c>; only a call that did not reach the runtime is about
    /// the runtime.
    /// </summary>
    public static RuntimeException TranslatePull(RpcException e) =>
        Kind(e) is RuntimeErrorKind.Timeout or RuntimeErrorKind.InvalidArgument || !WasAnswered(e) || IsStarting(e)
        ? Translate(e)
        : new RuntimeException(RuntimeErrorKind.ImagePull, e.Status.Detail, e);

    // What the libraries say of a socket that cannot be connected names a TCP address that nobody has configured.
    private static string Detail(RpcException e) => Connecting(e.Status.DebugException) switch
    {
        null => e.Status.Detail,
        { SocketErrorCode: SocketError.AddressNotAvailable } => "its socket does not exist",
        { SocketErrorCode: SocketError.ConnectionRefused } => "nobody listens on its socket",
        var other => $"its socket cannot be connected: {other.Message}",
    };

    private static SocketException? Connecting(Exception? failure) => failure switch
    {
        null => null,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError, InnerException: SocketException socket } => socket,
        _ => Connecting(failure.InnerException),
    };

    private static RuntimeErrorKind Kind(RpcException e) => e.StatusCode switch
    {
        StatusCode.NotFound => RuntimeErrorKind.NotFound,
        StatusCode.InvalidArgument or StatusCode.OutOfRange => RuntimeErrorKind.InvalidArgument,
        StatusCode.DeadlineExceeded => RuntimeErrorKind.Timeout,
        StatusCode.Unavailable => RuntimeErrorKind.Unavailable,
        // The connection broke while the call was under way.
        StatusCode.Internal or StatusCode.Cancelled when !WasAnswered(e) => RuntimeErrorKind.Unavailable,
        _ when IsStarting(e) => RuntimeErrorKind.Unavailable,
        _ => RuntimeErrorKind.Unknown,
    };

    private static bool IsStarting(RpcException e) => e.Status.Detail.Contains(StillStarting, StringComparison.Ordinal);

    private static bool WasAnswered(RpcException e) => e.Status.DebugException is null;
}
