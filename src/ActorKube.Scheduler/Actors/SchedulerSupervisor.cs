using ActorKube.Protocol.Persistence;
using Akka.Actor;
using Akka.Event;

namespace ActorKube.Scheduler.Actors;

/// <summary>
/// The cluster singleton: keeps one scheduler running, and starts it anew a little after it stopped, whatever the reason. Asked to drain, it lets the scheduler finish and
/// stops with it. Owns nothing. Its timer is the TimeProvider's.
/// </summary>
internal sealed class SchedulerSupervisor : ReceiveActor
{
    private readonly ITimer _timer;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private IActorRef _scheduler = ActorRefs.Nobody;
    private bool _draining;

    public SchedulerSupervisor(Props scheduler, TimeProvider time, TimeSpan restartAfter)
    {
        var self = Self;
        _timer = time.CreateTimer(_ => self.Tell(Restart.Now), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Receive<Restart>(_ => Start(scheduler));
        Receive<Drain>(_ => BeginDraining());
        Receive<Terminated>(t => t.ActorRef.Equals(_scheduler), _ => OnStopped(restartAfter));
        Receive<SchedulerProtocol.ReadDecisions>(query => _scheduler.Forward(query));
        Start(scheduler);
    }

    /// <summary>Creates the actor.</summary>
    public static Props Props(Props scheduler, TimeProvider time, TimeSpan restartAfter) =>
        Akka.Actor.Props.Create(() => new SchedulerSupervisor(scheduler, time, restartAfter));

    // A scheduler whose core failed has lost its state: it starts from the beginning.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PostStop() => _timer.Dispose();

    private void Start(Props scheduler)
    {
        if (!_draining)
            _scheduler = Context.Watch(Context.ActorOf(scheduler));
    }

    private void BeginDraining()
    {
        _draining = true;
        if (_scheduler.IsNobody())
            Context.Stop(Self);
        else
            _scheduler.Tell(Drain.Instance);
    }

    private void OnStopped(TimeSpan restartAfter)
    {
        _scheduler = ActorRefs.Nobody;
        if (_draining)
        {
            Context.Stop(Self);
            return;
        }
        _log.Warning("The scheduler has stopped and starts anew in {0}", restartAfter);
        _timer.Change(restartAfter, Timeout.InfiniteTimeSpan);
    }

    private sealed class Restart
    {
        public static readonly Restart Now = new();
    }
}
