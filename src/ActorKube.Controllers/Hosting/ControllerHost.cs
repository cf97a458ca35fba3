using System.Collections.Concurrent;
using ActorKube.Controllers.Actors;
using ActorKube.Controllers.Cloud;
using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Recording;
using ActorKube.Protocol.Hosting;
using ActorKube.Protocol.Persistence;
using Akka;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Event;

namespace ActorKube.Controllers.Hosting;

/// <summary>
/// The controllers of one workspace in one process of the control plane: its shared informers, its part of the shard region <c>controllers</c>, and the keeper that has every controller run somewhere.
/// </summary>
public sealed class ControllerHost : IAsyncDisposable
{
    private readonly InformerFactory _informers;
    private readonly Dictionary<string, EventRecorder> _recorders = [];
    private readonly ControllerServices _services;
    private readonly ControllersOptions _options;
    private readonly (ICloudProvider Provider, CloudCaller Caller)? _cloud;
    private readonly ActorSystem _system;
    private readonly ConcurrentDictionary<string, ControllerPhase> _phases = new();
    private readonly ConcurrentDictionary<string, RestartBackoff> _backoffs = new();
    private readonly SortedDictionary<string, ControllerMeter> _meters = new(StringComparer.Ordinal);
    private readonly ControllerMetrics _metrics;
    private readonly Lazy<TimeSpan> _pluginPatience;

    private ControllerHost(ActorSystem system, ControllerServices services, ControllersOptions options)
    {
        _system = system;
        _services = services;
        _options = options;
        _informers = new InformerFactory(services.ClientFor(ControllerServices.InformerUser), new InformerOptions { Random = services.Random, OnFault = LogFault }, services.Time);
        if (CloudProviders.Make(options.Cloud, services) is { } cloud)
            _cloud = (cloud, new CloudCaller(cloud, services.Time, options.Cloud.CallDeadline));
        var enabled = CloudControllers.Running(options, _cloud?.Provider);
        foreach (var controller in enabled)
            _meters.Add(controller.Name, new ControllerMeter());
        _metrics = new ControllerMetrics(_meters);
        foreach (var controller in enabled)
            _recorders.Add(controller.Name, new EventRecorder(services.ClientFor(controller.Role.User), new EventSource(controller.Source.Length > 0 ? controller.Source : controller.Name), services.Time)
            {
                OnFault = LogLostEvent,
            });
        _pluginPatience = PersistencePlugins.PatienceOf(system, options.JournalPlugin, options.SnapshotPlugin);
        Region = EntityRegion.Start(
            system,
            ControllerProtocol.Region,
            id => ControllerActor.Props(id, Runtime(id), _backoffs.GetOrAdd(id, _ => new RestartBackoff(ControllerActor.Rests, services.Time))),
            new Extractor(options.Shards));
        Names = [.. enabled.Select(c => c.Name)];
        var ids = Names.Select(name => ControllerProtocol.IdOf(services.Workspace, name)).ToArray();
        var keeper = system.ActorOf(Props.Create(() => new ControllerKeeper(Region, ids, services.Time, options.KeepAliveInterval)), $"controller-keeper-{services.Workspace}");
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, $"stop-controller-keeper-{services.Workspace}", () => StopAsync(keeper));
        RegionEnd.SoonAfterLastEntity(system, Region, () => _phases.Values.All(static p => p == ControllerPhase.Ended), services.Time);
    }

    // Pings that find no home any more would keep the region from ending.
    private static async Task<Done> StopAsync(IActorRef keeper)
    {
        await keeper.GracefulStop(TimeSpan.FromSeconds(1));
        return Done.Instance;
    }

    /// <summary>Binds the messages and journal events of controllers to their serializer; has to be part of the actor system's configuration.</summary>
    public static Config Serialization { get; } = ConfigurationFactory.ParseString($$"""
        akka.actor {
          serializers.controllers = "{{Name(typeof(ControllerSerializer))}}"
          serialization-bindings {
            "{{Name(typeof(Shell.WorkFinished))}}" = controllers
            "{{Name(typeof(Shell.ControllerState))}}" = controllers
            "{{Name(typeof(ControllerProtocol.IControllerMessage))}}" = controllers
            "{{Name(typeof(ControllerProtocol.DecisionsRead))}}" = controllers
          }
        }
        """);

    /// <summary>Names of the controllers that work in this process at this moment: those that run, but cannot begin to decide, are not among them.</summary>
    public IReadOnlyCollection<string> Working => [.. _phases.Where(static c => c.Value == ControllerPhase.Working).Select(static c => c.Key)];

    /// <summary>What the controllers have done in this process, in Prometheus' text format.</summary>
    public string Metrics() => _metrics.Text();

    /// <summary>The region: messages of <see cref="ControllerProtocol"/> reach each controller wherever it runs.</summary>
    public IActorRef Region { get; }

    /// <summary>Names of the controllers that run.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Starts the controllers in a process of role <see cref="ClusterRoles.ControlPlane"/>.</summary>
    public static ControllerHost Start(ActorSystem system, ControllerServices services, ControllersOptions options) => new(system, services, options);

    /// <summary>Ends what the controllers work with. To be called when the actor system has terminated.</summary>
    public async ValueTask DisposeAsync()
    {
        await _informers.DisposeAsync();
        foreach (var recorder in _recorders.Values)
            await recorder.DisposeAsync();
    }

    private ControllerRuntime Runtime(string id)
    {
        var controller = ControllerRegistry.Find(id[(id.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        return new ControllerRuntime
        {
            CreateReconciler = () => controller.Create(_services, _options),
            Informers = _informers,
            Reader = _services.ClientFor(ControllerServices.InformerUser),
            Client = _services.ClientFor(controller.Role.User),
            CreateClient = _services.TenuredClientFor is { } create ? () => create(controller.Role.User, id) : null,
            Record = _recorders.TryGetValue(controller.Name, out var recorder) ? recorder.Record : static _ => { },
            Catalog = _services.Catalog,
            Time = _services.Time,
            Settings = controller.Shell(_options),
            Meter = _meters.TryGetValue(controller.Name, out var meter) ? meter : new ControllerMeter(),
            Outside = controller.Cloud is null || _cloud is not { } cloud ? null : cloud.Caller.CallAsync,
            OnPhase = phase => _phases[controller.Name] = phase,
            JournalPluginId = _options.JournalPlugin,
            SnapshotPluginId = _options.SnapshotPlugin,
            PluginPatience = _pluginPatience,
        };
    }

    private void LogFault(Api.Names.GroupVersionResource resource, Exception fault) =>
        Logging.GetLogger(_system, typeof(ControllerHost)).Info("The watch of {0} is renewed: {1}", resource, fault.Message);

    private void LogLostEvent(EventSpec item, Exception fault) =>
        Logging.GetLogger(_system, typeof(ControllerHost)).Warning(fault, "An event about {0} is lost", item.About.Key);

    private static string Name(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";

    private sealed class Extractor(int shards) : HashCodeMessageExtractor(shards)
    {
        public override string EntityId(object message) => (message as ControllerProtocol.IControllerMessage)?.ControllerId!;
    }
}
