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

    private SchedulerHost(ActorSystem system, SchedulerServices services, SchedulerOptions options)
    {
        var log = Logging.GetLogger(system, typeof(SchedulerHost));
        var parts = _parts = new SchedulerParts(services, options, (what, fault) => log.Info("{0}: {1}", what, fault.Message));
        var scheduler = SchedulerActor.Props(new SchedulerActorSettings(
            SchedulerProtocol.IdOf(services.Workspace), options.JournalPlugin, options.SnapshotPlugin, options.Settings.DecisionsKept,
            (epoch, decisions, post) => parts.CreateEngine(epoch, decisions, post)));
        var name = SchedulerProtocol.SingletonName(services.Workspace);
        system.ActorOf(
            ClusterSingletonManager.Props(
                SchedulerSupervisor.Props(scheduler, services.Time, options.RestartAfter), Drain.Instance, ClusterSingletonManagerSettings.Create(system).WithRole(ClusterRole)),
            name);
        Scheduler = system.ActorOf(ClusterSingletonProxy.Props($"/user/{name}", ClusterSingletonProxySettings.Create(system).WithRole(ClusterRole)), $"{name}-proxy");
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

    /// <summary>Takes part in a process of role <see cref="ClusterRole"/>.</summary>
    public static SchedulerHost Start(ActorSystem system, SchedulerServices services, SchedulerOptions options) => new(system, services, options);

    /// <summary>Releases what the scheduler used; called after the actor system has left the cluster, which hands the scheduler over.</summary>
    public ValueTask DisposeAsync() => _parts.DisposeAsync();

    private static string Name(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
}
