using ActorKube.Api.Users;
using ActorKube.Controllers.Cloud;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Reconciling;
using ActorKube.Scheduler.Hosting;
using ActorKube.Scheduler.Scheduling;
using ActorKube.Testing.Simulation.Controllers;
using ActorKube.Testing.Simulation.Nodes;
using ActorKube.Testing.Simulation.Serial;
using Akka.Configuration;

namespace ActorKube.Testing.Simulation;

/// <summary>Those who decide: controllers, scheduler and node agents, each with its own user.</summary>
internal sealed class ControlPlaneParts
{
    private readonly SimulatedCluster _cluster;
    private readonly IResourceCatalog _catalog;
    private readonly ControllersOptions _options;
    private InformerFactory _informers;
    private readonly List<SimulatedController> _controllers = [];
    private ControllerServices? _services;

    public ControlPlaneParts(SimulatedCluster cluster, SeededIdentities identities, IResourceCatalog catalog)
    {
        (_cluster, _catalog) = (cluster, catalog);
        var known = ControllersOptions.From(Config.Empty);
        _options = known with
        {
            Enabled = cluster.Options.Controllers,
            Cloud = known.Cloud with { Provider = cluster.Options.Cloud ? CloudProviders.Simulated : CloudProviders.None, BalancerPools = ["simulated=203.0.113.0/24"] },
        };
        _informers = cluster.Informers(ControllerServices.InformerUser);
    }

    public IReadOnlyList<SimulatedController> Controllers => _controllers;

    public void Start()
    {
        var services = _services = new ControllerServices
        {
            ClientFor = _cluster.ClientOf,
            Catalog = _catalog,
            RootCa = "the authority of a simulation",
            Keys = new ClusterKeys
            {
                SignCertificate = static (signer, _, _, _) => $"a certificate of {signer}",
                IssueToken = static (account, uid, secret) => $"the token of {account} {uid} in {secret}",
            },
            Time = _cluster.Time,
            Random = _cluster.NextRandom,
        };
        StartControllers(services);
        if (_cluster.Options.Scheduler)
            StartScheduler();
        foreach (var played in _cluster.Options.Played)
            Started(played.Name, Runtime(() => played, _cluster.Administrator, static _ => { }));
    }

    /// <summary>Starts the controllers anew, after <see cref="End"/>, with caches of their own.</summary>
    public void StartControllers(InformerFactory informers)
    {
        _informers = informers;
        StartControllers(_services!);
    }

    public void StartNode(string name, string address) =>
        Started($"kubelet-{name}", Runtime(() => new SimulatedKubelet(name, address), _cluster.ClientOf(WellKnownUsers.NodePrefix + name), static _ => { }));

    /// <summary>Runs a reconciler of a test's own beside the others.</summary>
    public SimulatedController Run(IReconciler reconciler, IResourceClient client)
    {
        var controller = Started(reconciler.Name, Runtime(() => reconciler, client, static _ => { }));
        _controllers.Add(controller);
        return controller;
    }

    /// <summary>Ends all controllers for good, with all that they kept. The caches stay.</summary>
    public void End()
    {
        _controllers.ForEach(static c => c.Kill());
        _controllers.Clear();
    }

    /// <summary>How controllers watch what is served.</summary>
    public IEnumerable<WatchSpec> Watches() => CloudControllers.Running(_options, null).SelectMany(c => c.Create(_services!, _options).WatchesOf(_catalog.Current));

    private void StartControllers(ControllerServices services)
    {
        var cloud = CloudProviders.Make(_options.Cloud, services);
        var caller = cloud is null ? null : new CloudCaller(cloud, _cluster.Time, _options.Cloud.CallDeadline);
        foreach (var controller in CloudControllers.Running(_options, cloud))
        {
            var recorder = Recorder(controller.Role.User, controller.Source.Length > 0 ? controller.Source : controller.Name);
            _controllers.Add(Started(controller.Name, Runtime(() => controller.Create(services, _options), _cluster.ClientOf(controller.Role.User), recorder.Record) with
            {
                CreateClient = () => _cluster.TenuredClientOf(controller.Role.User, controller.Name),
                Settings = controller.Shell(_options),
                Outside = controller.Cloud is null || caller is null ? null : caller.CallAsync,
            }, controller.Role.User));
        }
    }

    private SimulatedController Started(string name, ControllerRuntime runtime, string user = "")
    {
        var controller = new SimulatedController(name, runtime, _cluster.Loop, _cluster.TravelAsync) { User = user, Told = turn => _cluster.TurnTaken?.Invoke(turn) };
        controller.Start();
        return controller;
    }

    private ControllerRuntime Runtime(Func<IReconciler> create, IResourceClient client, Action<EventSpec> record) => new()
    {
        CreateReconciler = create,
        Informers = _informers,
        Reader = _cluster.ClientOf(ControllerServices.InformerUser),
        Client = client,
        Record = record,
        Catalog = _catalog,
        Time = _cluster.Time,
        Settings = _options.Shell,
        Run = _cluster.Loop.Begin,
    };

    private EventRecorder Recorder(string user, string component) => new(_cluster.ClientOf(user), new EventSource(component), _cluster.Time);

    private void StartScheduler()
    {
        var client = _cluster.ClientOf(SchedulerServices.User);
        var options = SchedulerOptions.Default;
        var recorders = options.Profiles.ToDictionary(p => p.SchedulerName, p => Recorder(SchedulerServices.User, p.SchedulerName));
        SchedulerEngine engine = null!;
        var mailbox = new Mailbox(_cluster.Loop, message => engine.Handle(message));
        engine = new SchedulerEngine(
            options.CreateCore(_cluster.Time, _cluster.NextRandom, fenced: false),
            new EngineServices
            {
                Client = client,
                Informers = _informers,
                Record = (profile, item) => recorders[profile].Record(item),
                Log = static _ => { },
                OnFault = static (_, _) => { },
                Time = _cluster.Time,
                Run = _cluster.Loop.Begin,
            },
            epoch: null,
            mailbox.Post);
        engine.Start();
    }
}
