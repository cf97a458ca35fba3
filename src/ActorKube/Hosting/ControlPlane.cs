using System.Net;
using ActorKube.Api.Errors;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Hosting;
using ActorKube.ApiServer.Http.Decisions;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.CommandLine;
using ActorKube.Controllers.Hosting;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Running;
using ActorKube.Protocol.Endpoint;
using ActorKube.Protocol.Hosting;
using ActorKube.Protocol.Store;
using ActorKube.Scheduler.Hosting;
using ActorKube.Store.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorKube.Hosting;

/// <summary>The control plane of one process: a member of the cluster with its part of the store, an API server, controllers and the scheduler.</summary>
internal sealed class ControlPlane : IAsyncDisposable
{
    private static readonly TimeProvider Time = TimeProvider.System;
    private readonly Stack<IAsyncDisposable> _parts = new();
    private readonly Stack<IAsyncDisposable> _used = new();
    private readonly ControlPlaneOptions _options;
    private DecisionReader? _decisions;
    private ControllerHost? _controllers;
    private SchedulerHost? _scheduler;

    private ControlPlane(ControlPlaneOptions options, ClusterPki pki)
    {
        _options = options;
        Pki = pki;
    }

    /// <summary>Keys and certificates.</summary>
    public ClusterPki Pki { get; }

    /// <summary>Port of the Kubernetes API.</summary>
    public int ApiPort { get; private set; }

    /// <summary>The process as a member of the cluster.</summary>
    public ClusterSystem Cluster { get; private set; } = null!;

    /// <summary>The API server.</summary>
    public ApiServerHost Api { get; private set; } = null!;

    /// <summary>Starts everything, each part after those it needs. The API answers as soon as this is over.</summary>
    /// <exception cref="UserError">Something that the user can mend.</exception>
    /// <exception cref="PkiException">Keys or certificates cannot be used.</exception>
    public static async Task<ControlPlane> StartAsync(ControlPlaneOptions options, CancellationToken cancel)
    {
        // Before keys are made; and an actor system whose port is taken has more to say about it than a user wants to read.
        FreePorts.Require(options.BindAddress, options.ApiPort, options.ClusterPort);
        options.Journal.RequireRoom(StoreOptions.From(options.Settings));
        var pki = ClusterPki.Open(options.PkiDirectory, SecuritySettings.Pki(options.Settings, Dns.GetHostName(), options.ServedAddresses()), Time);
        var plane = new ControlPlane(options, pki);
        try
        {
            await plane.StartAsync(cancel);
            return plane;
        }
        catch
        {
            // Why it did not start is what has to be told, whatever goes wrong at the end.
            await plane.DisposeAsync().AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Writes the administrator's kubeconfig, and renews it for as long as the control plane runs.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="server">URL under which the administrator reaches the API.</param>
    /// <exception cref="PkiException">The file cannot be written.</exception>
    public void KeepKubeconfig(string path, string server) => Started(AdministratorKubeconfig.Keep(path, server, Pki, Time, _options.Loggers.CreateLogger<AdministratorKubeconfig>()));

    /// <summary>Stops everything, what was started last first; what actors work with comes after the actors.</summary>
    /// <exception cref="AggregateException">Several parts failed at their end; of a single one its own exception is thrown. All parts have ended.</exception>
    public async ValueTask DisposeAsync()
    {
        IAsyncDisposable[] parts = [.. _parts, .. _used];
        _parts.Clear();
        _used.Clear();
        await Disposal.AllAsync([
            .. parts.Select(part => (Func<ValueTask>)part.DisposeAsync),
            () =>
            {
                Pki.Dispose();
                return default;
            }]);
    }

    private async Task StartAsync(CancellationToken cancel)
    {
        var meeting = _options.Meeting ?? _options.Journal.Meeting();
        if (meeting is not null)
            // Ends after the membership does.
            Started(meeting);
        var (config, setups) = ClusterStore.Prepare(_options.Journal, Time);
        Cluster = Started(Listening(() => ClusterSystem.Start(new ClusterSystemOptions
        {
            Roles = [ClusterRoles.ControlPlane],
            Identity = new ProcessIdentity(Pki.Process, shown => CertificateTrust.IsIssuedBy(shown, Pki.ProcessAuthority.Certificate, CertificateUsage.Both, Time)),
            Host = _options.AdvertisedAddress.ToString(),
            BindAddress = _options.BindAddress.ToString(),
            Port = _options.ClusterPort,
            JoinsAtOnce = meeting is null,
            Settings = _options.Settings.WithFallback(ControllerHost.Serialization).WithFallback(SchedulerHost.Serialization).WithFallback(config),
            Setups = setups,
            Loggers = _options.Loggers,
        })));
        var store = ClusterStore.Start(Cluster.System, _options.Journal, time: Time);
        Api = Started(new ApiServerHost(new ApiServerInputs
        {
            Store = store.Store,
            Pki = Pki,
            Gateway = new GatewayOptions
            {
                Address = _options.BindAddress,
                Port = _options.ApiPort,
                Certificate = () => Pki.Serving,
                Limits = ApiServerSettings.Limits(_options.Settings),
            },
            Options = ApiServerSettings.Options(_options.Settings),
            Security = SecuritySettings.Options(_options.Settings),
            Servers = () => Cluster.Servers,
            Decisions = ReadDecisionsAsync,
            Components = ComponentProbes.Of(() => _decisions),
            MetricsSources =
            [
                new HostedMetrics(() => store.Owned, () => _controllers?.Working ?? [], () => _scheduler?.IsRunning ?? false),
                new LateMetrics(() => _controllers?.Metrics() ?? ""),
            ],
            Loggers = _options.Loggers,
        }));
        ApiPort = await ListenAsync(cancel);
        if (meeting is not null)
            Started(await Formation.JoinAsync(Cluster, meeting, CertificateAuthority.HashPublicKey(Pki.Authority.Certificate), _options.SeedNodes, Time, _options.Loggers.CreateLogger<Formation>(), cancel));
        await Cluster.Joined.WaitAsync(cancel);
        await Api.BootstrapAsync(new IPEndPoint(_options.AdvertisedAddress, ApiPort), cancel);
        Api.StartUsageRelay(Cluster.System);
        Cluster.System.ActorOf(Api.Endpoint(), EndpointProtocol.ActorName);
        _controllers = Used(ControllerHost.Start(
            Cluster.System,
            new ControllerServices { ClientFor = ClientFor, TenuredClientFor = (user, role) => Api.TenuredClientOf(UserOf(user), role), Catalog = Api.Catalog, RootCa = Pki.Authority.CertificatePem, ServiceNetworks = [ApiServerSettings.Options(_options.Settings).ServiceRange], Keys = KeyHolder.Of(Pki, Api), Time = Time, Random = ProcessRandom.Fraction },
            ControllersOptions.From(_options.Settings)));
        _scheduler = Used(SchedulerHost.Start(
            Cluster.System,
            new SchedulerServices { Client = ClientFor(SchedulerServices.User), Time = Time, Random = ProcessRandom.Fraction },
            SchedulerOptions.From(_options.Settings)));
        _decisions = new DecisionReader(ResourceId.RootWorkspace, _controllers.Names, _controllers.Region, _scheduler.Scheduler);
    }

    // The API answers a little before those who decide are there.
    private Task<DecisionList> ReadDecisionsAsync(DecisionQuery query, CancellationToken cancel) =>
        _decisions is { } reader ? reader.ReadAsync(query, cancel) : throw ApiErrors.ServiceUnavailable("controllers and scheduler are still starting");

    private ClusterSystem Listening(Func<ClusterSystem> start)
    {
        try
        {
            return start();
        }
        catch (Exception failure) when (FreePorts.IsInUse(failure))
        {
            throw FreePorts.ClusterPortInUse(_options.ClusterPort);
        }
    }

    private async Task<int> ListenAsync(CancellationToken cancel)
    {
        try
        {
            return await Api.ListenAsync(cancel);
        }
        catch (IOException failure) when (FreePorts.IsInUse(failure))
        {
            throw FreePorts.ApiPortInUse(_options.ApiPort);
        }
    }

    private IResourceClient ClientFor(string user) => Api.ClientOf(UserOf(user));

    // A component's own user, in the groups that authentication would give it.
    private static UserInfo UserOf(string user)
    {
        var parts = user.Split(':');
        return new UserInfo(user)
        {
            Groups = user.StartsWith(WellKnownUsers.ServiceAccountPrefix, StringComparison.Ordinal)
                ? [WellKnownUsers.ServiceAccounts, $"{WellKnownUsers.ServiceAccounts}:{parts[2]}", WellKnownUsers.Authenticated]
                : [WellKnownUsers.Authenticated],
        };
    }

    private T Started<T>(T part)
        where T : IAsyncDisposable
    {
        _parts.Push(part);
        return part;
    }

    private T Used<T>(T part)
        where T : IAsyncDisposable
    {
        _used.Push(part);
        return part;
    }
}
