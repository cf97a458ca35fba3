using ActorKube.Protocol.Persistence;
using ActorKube.Scheduler.Actors;
using Akka.Actor;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Event;

namespace ActorKube.Scheduler.Hosting;

/// <summary>The scheduler of one workspace in one process of the control plane: this process's part of the cluster singleton, and the way to it.</summary>
public sealed class SchedulerHost : IAsyncDisposable
{
    /// <summary>Role of the processes that the scheduler runs in.</summary>
    public const string ClusterRole = "control-plane";

    private readonly SchedulerParts _parts;

    private SchedulerHost(SchedulerParts parts, IActorRef scheduler)
    {
        _parts = parts;
        Scheduler = scheduler;
    }

    /// <summary>Binds the messages and journal events of the scheduler to their serializer; has to be part of the actor system's configuration.</summary>
    public static Config Serialization { get; } = ConfigurationFactory.ParseString($$"""
        akka.actor {
          serializers.scheduler = "{{Name(typeof(SchedulerSerializer))}}"
          serialization-bindings {
            "{{Name(typeof(SchedulerProtocol.ISchedulerMessage))}}" = scheduler
          }
        }
        """);

    /// <summary>The scheduler wherever it runs: takes the messages of <see cref="SchedulerProtocol"/>.</summary>
    public IActorRef Scheduler { get; }

    /// <summary>True while the scheduler works in this process.</summary>
    public bool IsRunning => _parts.IsRunning;

    /// <summary>Takes part in a process of role <see cref="ClusterRole"/>.</summary>
    public static SchedulerHost Start(ActorSystem system, SchedulerServices services, SchedulerOptions options)
    {
        var parts = CreateParts(system, services, options);
        var name = SchedulerProtocol.SingletonName(services.Workspace);
        system.ActorOf(
            ClusterSingletonManager.Props(Supervisor(system, parts, services, options), Drain.Instance, ClusterSingletonManagerSettings.Create(system).WithRole(ClusterRole)), name);
        var proxy = ClusterSingletonProxy.Props($"/user/{name}", ClusterSingletonProxySettings.Create(system).WithRole(ClusterRole));
        return new SchedulerHost(parts, system.ActorOf(proxy, $"{name}-proxy"));
    }

    /// <summary>Runs the scheduler in this actor system, which is in no cluster: for a control plane of one process. Epoch and decision log are journalled all the same.</summary>
    public static SchedulerHost StartAlone(ActorSystem system, SchedulerServices services, SchedulerOptions options)
    {
        var parts = CreateParts(system, services, options);
        return new SchedulerHost(parts, system.ActorOf(Supervisor(system, parts, services, options), SchedulerProtocol.SingletonName(services.Workspace)));
    }

    /// <summary>Releases what the scheduler used; called after the actor system has left the cluster, which hands the scheduler over.</summary>
    public ValueTask DisposeAsync() => _parts.DisposeAsync();

    private static SchedulerParts CreateParts(ActorSystem system, SchedulerServices services, SchedulerOptions options)
    {
        var log = Logging.GetLogger(system, typeof(SchedulerHost));
        return new SchedulerParts(services, options, (what, fault) => log.Info("{0}: {1}", what, fault.Message));
    }

    private static Props Supervisor(ActorSystem system, SchedulerParts parts, SchedulerServices services, SchedulerOptions options)
    {
        var scheduler = SchedulerActor.Props(new SchedulerActorSettings(
            SchedulerProtocol.IdOf(services.Workspace), options.JournalPlugin, options.SnapshotPlugin, options.Settings.DecisionsKept,
            (epoch, decisions, post) => parts.CreateEngine(epoch, decisions, post))
        {
            OnRunning = isRunning => parts.IsRunning = isRunning,
            Time = services.Time,
            PluginPatience = PersistencePlugins.PatienceOf(system, options.JournalPlugin, options.SnapshotPlugin),
        });
        return SchedulerSupervisor.Props(scheduler, services.Time, options.RestartAfter);
    }

    private static string Name(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
}
