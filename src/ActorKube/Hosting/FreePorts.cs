using System.Net;
using System.Net.Sockets;
using ActorKube.CommandLine;

namespace ActorKube.Hosting;

/// <summary>Whether the ports of a control plane can be had. Looked at before anything is written, and told in the same words when somebody else is faster.</summary>
internal static class FreePorts
{
    /// <summary>Tries both ports.</summary>
    /// <exception cref="UserError">One of them is in use, or cannot be opened.</exception>
    public static void Require(IPAddress address, int apiPort, int clusterPort)
    {
        Try(address, apiPort, ApiPortInUse);
        Try(address, clusterPort, ClusterPortInUse);
    }

    /// <summary>The port of the API is taken.</summary>
    public static UserError ApiPortInUse(int port) => new($"Port {port} is in use by another process; stop it or choose another one with --port.");

    /// <summary>The port for the other processes of the cluster is taken.</summary>
    public static UserError ClusterPortInUse(int port) => new($"Port {port}, for the other processes of the cluster, is in use by another process; stop it or choose another one with --cluster-port.");

    /// <summary>Whether this is what went wrong.</summary>
    public static bool IsInUse(Exception? failure) => failure is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || (failure is not null && IsInUse(failure.InnerException));

    private static void Try(IPAddress address, int port, Func<int, UserError> inUse)
    {
        try
        {
            using var trial = new TcpListener(address, port);
            trial.Start();
        }
        catch (SocketException failure) when (IsInUse(failure))
        {
            throw inUse(port);
        }
        catch (SocketException failure)
        {
            throw new UserError($"Port {port} cannot be opened on {address}: {failure.Message}.");
        }
    }
}
