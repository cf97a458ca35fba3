using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Kinds;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Testing.Simulation.Controllers;
using ActorKube.Testing.Simulation.Faults;
using ActorKube.Testing.Simulation.Nodes;
using ActorKube.Testing.Simulation.Serial;
using ActorKube.Testing.Simulation.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.Testing.Simulation;

/// <summary>
/// A whole cluster on the calling thread, in virtual time: the real request pipeline with its security and admission, the real controllers and scheduler, nodes that are played, and the store's own
/// deciders around a journal in memory. The same seed gives the same history, to the last uid. Time passes only in <see cref="Advance"/> and <see cref="Until"/>, and in no time at all.
/// </summary>
public sealed class SimulatedCluster : IDisposable
{
    private const int ApiPort = 6443;

    private readonly Random _random;
    private readonly DirectoryInfo _keys = Directory.CreateTempSubdirectory("actorkube-simulation-");
    private readonly SerialStore _store;
    private readonly ClusterPki _pki;
    private readonly ApiServerCore _api;
    private readonly ControlPlaneParts _parts;
    private readonly List<SimulatedNode> _nodes = [];

    /// <summary>Starts a cluster; it is ready when the constructor returns.</summary>
    public SimulatedCluster(SimulationOptions? options = null)
    {
        Options = options ?? new SimulationOptions();
        _random = new Random(Options.Seed);
        Loop = new SerialLoop(_random);
        Time = new VirtualTime(Loop, Options.Start);
        var identities = new SeededIdentities(_random);
        _store = new SerialStore(Loop, Time, TravelAsync) { Journal = entry => Journal?.Invoke(entry) };
        _pki = ClusterPki.Open(_keys.FullName, new PkiOptions { HostName = "simulation" }, Time);
        var security = new ClusterSecurity(_pki, _store, new SecurityOptions(), Time, identities.NewUid, NullLoggerFactory.Instance);
        _api = new ApiServerCore(_store, security, new ApiServerOptions { ChangesKept = 0 }, identities, Time, NullLogger.Instance, [], Faults);
        Administrator = _api.ClientOf(new UserInfo("admin") { Groups = [WellKnownUsers.Masters, WellKnownUsers.Authenticated] });
        _parts = new ControlPlaneParts(this, identities, new RegistryCatalog(_api.Kinds));
        Run(async () =>
        {
            security.Start();
            await _api.BootstrapAsync(Administrator, ApiPort, CancellationToken.None);
            await security.BootstrapAsync(Administrator, CancellationToken.None);
            await security.Ready;
            _parts.Start();
            foreach (var (name, number) in Options.Nodes.Select((n, i) => (n, i + 1)))
                await AddNodeAsync(name, string.Create(CultureInfo.InvariantCulture, $"192.168.0.{number}"));
        });
    }

    /// <summary>What is simulated.</summary>
    public SimulationOptions Options { get; }

    /// <summary>The clock.</summary>
    public VirtualTime Time { get; }

    /// <summary>A client that may do everything.</summary>
    public IResourceClient Administrator { get; }

    /// <summary>Names of the controllers.</summary>
    public IReadOnlyList<string> ControllerNames => [.. _parts.Controllers.Select(c => c.Name)];

    /// <summary>Events in the store's journals so far.</summary>
    public long Revisions => _store.Count;

    /// <summary>What left the one thread; always nothing, or the run cannot be repeated.</summary>
    public IReadOnlyCollection<string> Strays => Loop.Strays;

    internal SerialLoop Loop { get; }

    internal FaultyAdmission Faults { get; } = new();

    /// <summary>Told of every event of the store as it becomes durable.</summary>
    internal Action<JournalEntry>? Journal { get; set; }

    /// <summary>Told of every turn of a controller at its end.</summary>
    internal Action<TakenTurn>? TurnTaken { get; set; }

    internal IReadOnlyList<SimulatedController> Controllers => _parts.Controllers;

    internal ControlPlaneParts Parts => _parts;

    /// <summary>A client that acts as a user, with the groups its name implies.</summary>
    public IResourceClient ClientOf(string user) => _api.ClientOf(UserOf(user));

    /// <summary>A client of one incarnation of a controller.</summary>
    internal ITenuredClient TenuredClientOf(string user, string controller) => _api.TenuredClientOf(UserOf(user), controller);

    /// <summary>Begins work on the cluster's thread and waits for its end, letting time pass as far as it has to.</summary>
    public T Run<T>(Func<Task<T>> work)
    {
        var task = Task.FromResult(default(T)!);
        var begun = false;
        Loop.Post(() => (task, begun) = (work(), true));
        while (!Loop.Run(() => begun && task.IsCompleted))
            Time.Advance(Time.Next ?? throw new InvalidOperationException("Nothing will ever happen again, and the work is not done."));
        return task.GetAwaiter().GetResult();
    }

    /// <summary>The same for work without a result.</summary>
    public void Run(Func<Task> work) => Run(async () =>
    {
        await work();
        return true;
    });

    /// <summary>Lets everything happen that does not need time to pass.</summary>
    public void Settle() => Loop.Run(static () => false);

    /// <summary>Lets time pass, from one timer to the next.</summary>
    public void Advance(TimeSpan span)
    {
        var end = Time.Passed + span;
        for (Settle(); Time.Next is { } next && Time.Passed + next <= end; Settle())
            Time.Advance(next);
        Time.Advance(end - Time.Passed);
        Settle();
    }

    /// <summary>Lets time pass until something holds.</summary>
    /// <param name="condition">Asked whenever everything that is due has happened.</param>
    /// <param name="limit">Longest time to pass.</param>
    /// <param name="what">What is waited for, for the failure.</param>
    /// <exception cref="TimeoutException">It does not hold within <paramref name="limit"/>.</exception>
    public void Until(Func<bool> condition, TimeSpan limit, string what)
    {
        var end = Time.Passed + limit;
        for (Settle(); !condition(); Settle())
        {
            if (Time.Next is not { } next || Time.Passed + next > end)
                throw new TimeoutException($"Within {limit}: {what}.");
            Time.Advance(next);
        }
    }

    /// <summary>Has a node stop renewing its lease, or begin again.</summary>
    public void SetAlive(string node, bool alive) => _nodes[Options.Nodes.ToList().IndexOf(node)].IsAlive = alive;

    /// <summary>From now on the nodes' agents report what their pods use, which <c>metrics.k8s.io</c> then serves.</summary>
    /// <param name="milliCores">CPU that a running pod uses.</param>
    public void Use(Func<StoredObject, long> milliCores) => Loop.Begin(() => new PlayedUse(Administrator, _api.Usage, Time).RunAsync(milliCores));

    /// <summary>Puts an object into the store past the API and its rules, as an older version with other rules may have.</summary>
    /// <param name="resource">The resource.</param>
    /// <param name="json">The whole object, uid included.</param>
    internal void Plant(GroupResource resource, string json)
    {
        var item = JsonNode.Parse(json)!.AsObject();
        var key = new ObjectKey(item.Text("metadata", "namespace"), item.Text("metadata", "name"));
        var result = Run(() => _store.WriteAsync(ResourceId.Root(resource), new CreateObject(key, ObjectEncoder.Encode(item)), CancellationToken.None).AsTask());
        if (!result.Committed)
            throw new InvalidOperationException($"{key} could not be stored: {result.Outcome}.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _store.Dispose();
        _pki.Dispose();
        _keys.Delete(recursive: true);
    }

    /// <summary>The way to the store or a journal, or back.</summary>
    internal Task TravelAsync()
    {
        var wait = Options.Latency * _random.NextDouble();
        return wait > TimeSpan.Zero ? Time.Wait(wait) : Loop.Turn();
    }

    internal InformerFactory Informers(string user) => new(ClientOf(user), new InformerOptions { Random = _random.NextDouble, Bookmarks = Options.Heartbeats }, Time);

    internal double NextRandom() => _random.NextDouble();

    private async Task AddNodeAsync(string name, string address)
    {
        var node = new SimulatedNode(name, address, ClientOf(WellKnownUsers.NodePrefix + name), Time) { Reports = Options.StatusReports };
        _nodes.Add(node);
        await node.RegisterAsync();
        if (Options.Heartbeats)
            Loop.Begin(node.BeatAsync);
        else
            await node.OpenAsync(Administrator);
        _parts.StartNode(name, address);
    }

    private static UserInfo UserOf(string user) => new(user)
    {
        Groups = user.StartsWith(WellKnownUsers.NodePrefix, StringComparison.Ordinal) ? [WellKnownUsers.Nodes, WellKnownUsers.Authenticated]
            : user.StartsWith(WellKnownUsers.ServiceAccountPrefix, StringComparison.Ordinal) ? [WellKnownUsers.ServiceAccounts, WellKnownUsers.ServiceAccounts + ":" + user.Split(':')[2], WellKnownUsers.Authenticated]
            : [WellKnownUsers.Authenticated],
    };
}
