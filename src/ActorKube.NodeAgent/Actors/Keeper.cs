using ActorKube.Machinery.Queues;
using Akka.Actor;

namespace ActorKube.NodeAgent.Actors;

/// <summary>
/// Keeps one actor going: when it fails, in its start or later, it is stopped with all that it has, and begins anew after a wait that grows with every failure in a row. By itself Akka begins anew at once,
/// and what fails in its start would do nothing else. ADR 0151.
/// </summary>
internal sealed class Keeper : UntypedActor
{
    /// <summary>The waits; an actor that has run for the longest of them begins with the shortest again.</summary>
    public static readonly BackoffPolicy Backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));

    private readonly Props _kept;
    private readonly string _name;
    private readonly Action<KeeperNews> _tell;
    private readonly ITimer _timer;
    private readonly RestartBackoff _backoff;
    private Exception? _cause;

    /// <summary>A keeper; it starts its actor at once.</summary>
    /// <param name="kept">The actor.</param>
    /// <param name="name">Its name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="tell">Told of every failure; must not throw.</param>
    public Keeper(Props kept, string name, TimeProvider time, Action<KeeperNews> tell)
    {
        _kept = kept;
        _name = name;
        _tell = tell;
        _backoff = new RestartBackoff(Backoff, time);
        var self = Self;
        _timer = time.CreateTimer(_ => self.Tell(Start.Now), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    protected override void PreStart() => Begin();

    /// <inheritdoc/>
    protected override void PostStop() => _timer.Dispose();

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(error =>
    {
        _cause = error;
        return Directive.Stop;
    });

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Start:
                Begin();
                break;
            case Terminated:
                Wait();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Begin()
    {
        _backoff.Begun();
        Context.Watch(Context.ActorOf(_kept, _name));
    }

    private void Wait()
    {
        var pause = _backoff.Failed();
        _timer.Change(pause, Timeout.InfiniteTimeSpan);
        _tell(new KeeperNews(_cause, _backoff.Failures, pause));
        _cause = null;
    }

    private sealed class Start
    {
        public static readonly Start Now = new();
    }
}

/// <summary>An actor has failed and will begin anew.</summary>
/// <param name="Cause">Why; null when it stopped by itself.</param>
/// <param name="Failures">How often it has failed in a row.</param>
/// <param name="Pause">When it begins anew.</param>
internal sealed record KeeperNews(Exception? Cause, int Failures, TimeSpan Pause);
