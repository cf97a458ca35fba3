using System.Net;
using System.Net.Sockets;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Hosting;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.CommandLine;
using ActorKube.Data;
using ActorKube.Store.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorKube.Hosting;

/// <summary>The control plane of one process, started and stopped as a whole.</summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _parts = [];

    private ControlPlane(ClusterPki pki) => Pki = pki;

    /// <summary>Keys and certificates.</summary>
    public ClusterPki Pki { get; }

    /// <summary>Port of the Kubernetes API.</summary>
    public int Port { get; private set; }

    /// <summary>The API server.</summary>
    public required ApiServerHost Api { get; init; }

    /// <summary>Starts everything, in the order in which each needs the one before.</summary>
    /// <exception cref="UserError">Something that the user can mend.</exception>
    public static async Task<ControlPlane> StartAsync(DataDirectory data, IPAddress address, int port, ILoggerFactory loggers, CancellationToken cancel)
    {
        var pki = ClusterPki.Open(data.Pki, SecuritySettings.Pki(Akka.Configuration.Config.Empty, Dns.GetHostName(), [IPAddress.Parse("10.96.0.1"), .. LocalAddresses.All()]), TimeProvider.System);
        var store = InProcessStore.Start(JournalChoice.Sqlite(data.Under("journal")));
        var api = new ApiServerHost(new ApiServerInputs
        {
            Store = store.Store,
            Pki = pki,
            Gateway = new GatewayOptions { Address = address, Port = port, Certificate = () => pki.Serving },
            Loggers = loggers,
        });
        var plane = new ControlPlane(pki) { Api = api };
        plane._parts.AddRange([store, api]);
        try
        {
            plane.Port = await api.ListenAsync(cancel);
        }
        catch (IOException failure) when (failure.InnerException is { InnerException: SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } } or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } || failure.Message.Contains("address already in use", StringComparison.Ordinal))
        {
            await plane.DisposeAsync();
            throw new UserError($"Port {port} is in use by another process; stop it or choose another one with --port.");
        }
        await api.BootstrapAsync([LocalAddresses.Primary().ToString()], plane.Port, cancel);
        return plane;
    }

    /// <summary>Stops everything, last started first.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var i = _parts.Count - 1; i >= 0; i--)
            await _parts[i].DisposeAsync();
        Pki.Dispose();
    }
}
