using System.Net;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Hosting;
using ActorKube.ApiServer.Http.Decisions;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Store.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

[assembly: AssemblyFixture(typeof(ActorKube.Cluster.Tests.Clients.ServerFixture))]

namespace ActorKube.Cluster.Tests.Clients;

/// <summary>The server that all tests share.</summary>
public sealed class ServerFixture() : ApiServerFixture(new GatewayLimits());

/// <summary>A whole API server over a store in memory that remembers little, with its HTTPS edge on a free port.</summary>
public abstract class ApiServerFixture : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("actorkube-clients-").FullName;
    private readonly InProcessStore _store = InProcessStore.Start(options: new StoreOptions { HistoryBytes = 4 << 20 });

    protected ApiServerFixture(GatewayLimits limits, Func<DecisionQuery, CancellationToken, Task<DecisionList>>? decisions = null)
    {
        Pki = ClusterPki.Open(_directory, new PkiOptions { HostName = "localhost" }, TimeProvider.System);
        Host = new ApiServerHost(new ApiServerInputs
        {
            Store = _store.Store,
            Pki = Pki,
            Gateway = new GatewayOptions { Address = IPAddress.Loopback, Port = 0, Certificate = () => Pki.Serving, Limits = limits },
            Decisions = decisions ?? ((_, _) => Task.FromResult(new DecisionList([], []))),
            Loggers = NullLoggerFactory.Instance,
        });
    }

    public ClusterPki Pki { get; }

    public ApiServerHost Host { get; }

    public Uri Url { get; private set; } = null!;

    public static UserInfo Administrator { get; } = new("admin") { Groups = [WellKnownUsers.Masters, WellKnownUsers.Authenticated] };

    public static UserInfo Nobody { get; } = new("nobody") { Groups = [WellKnownUsers.Authenticated] };

    public async ValueTask InitializeAsync()
    {
        var port = await Host.ListenAsync(CancellationToken.None);
        Url = new Uri($"https://localhost:{port}");
        await Host.BootstrapAsync(new IPEndPoint(IPAddress.Loopback, port), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _store.DisposeAsync();
        Pki.Dispose();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
    }
}
