using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Queues;
using ActorKube.NodeAgent.Execution;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Pods.Status;
using Akka.Actor;
using k8s.Models;

namespace ActorKube.NodeAgent.Actors;

/// <summary>
/// One pod of the node, from its arrival to its removal. The actor owns what is known of the pod; <see cref="PodDecider"/> decides, <see cref="PodExecutor"/> acts, one action
/// at a time, and every result leads to the next decision. Between two actions the actor holds no more than the view, what the runtime showed, and the last status.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor releases what it owns in PostStop.")]
internal sealed class PodActor : UntypedActor
{
    private readonly PodShell _shell;
    private readonly PodVerdict? _refusal;
    private readonly RuntimeChanges _changes = new();
    private StoredObject? _object;
    private V1Pod? _pod;
    private PodView _view;
    private PodSeen _seen;
    private PodMemory _memory;
    private PodStatusView? _status;
    private PodStatusView? _told;
    private PodOnBoard? _shown;
    private ImmutableArray<PodConditionView> _conditions = [];
    private PodAction? _running;
    private CancellationTokenSource? _cancel;
    private ITimer? _timer;
    private TimeSpan? _wakeAt;

    /// <summary>A pod that the API assigned to this node.</summary>
    /// <param name="shell">What all pods share.</param>
    /// <param name="start">The pod.</param>
    public PodActor(PodShell shell, PodStart start)
    {
        _shell = shell;
        (_object, _pod, _seen, _refusal) = start.Take();
        _pod ??= PodReader.Read(_object);
        _view = View(_pod);
        _conditions = PodStatusReader.Conditions(_pod);
        _status = PodStatusReader.Read(_pod);
        _memory = PodResize.Adopted(PodAdoption.Memory(_status, shell.Clock.Now), _view, _status);
        shell.Status.Tell(new StatusProtocol.Begin(_view.Uid, _view.Key, _status));
    }

    /// <summary>A pod that is in the runtime and not in the API: it is only taken down.</summary>
    public PodActor(PodShell shell, PodView orphan, PodSeen adopted)
    {
        _shell = shell;
        _view = orphan;
        _seen = adopted;
        _memory = PodAdoption.Memory(null, shell.Clock.Now) with { Orphaned = true };
    }

    /// <inheritdoc/>
    protected override void PreStart() => Step();

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _shell.Board.Remove(_view.Key, _view.Uid);
        _timer?.Dispose();
        _cancel?.Cancel();
        _cancel?.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PodProtocol.Changed changed:
                if (!Take(changed.Object))
                    return;
                break;
            case PodProtocol.Gone:
                _memory = _memory with { Orphaned = true };
                _shell.Board.Remove(_view.Key, _view.Uid);
                Interrupt();
                break;
            case PodProtocol.RuntimeChanged changed:
                var before = _seen;
                _seen = _changes.Note(changed.Event, _seen);
                // Most events are echoes of our own actions; what is decided by has not changed then.
                if (ReferenceEquals(before, _seen) && _changes.IsEmpty)
                    return;
                break;
            case PodProtocol.Done done:
                Finish(done.Result);
                break;
            case PodProtocol.Wake:
                _wakeAt = null;
                break;
            case PodProtocol.ObjectDeleted:
                Finish(new ActionResult(new DeleteObject()));
                break;
            default:
                Unhandled(message);
                return;
        }
        Step();
    }

    // Whether there is anything to decide anew: most changes of the object are echoes of our own statuses.
    private bool Take(StoredObject item)
    {
        var head = item.Head;
        var before = _view;
        if (SpecSlice.Same(_object!.Json.Span, item.Json.Span))
        {
            _view = _view with { Deleted = head.Deleted, DeletionGraceSeconds = head.DeletionGraceSeconds, Generation = head.Generation };
            _pod = null;
        }
        else
        {
            _pod = PodReader.Read(item);
            _view = View(_pod);
            _memory = PodResize.Changed(_memory, before, _view);
        }
        _object = item;
        if (!_view.ReadinessGates.IsEmpty)
            _conditions = PodStatusReader.Conditions(Pod()!);
        _shell.Status.Tell(new StatusProtocol.Observed(_view.Uid, item));
        if (before.Deleted is null && _view.Deleted is not null)
            Interrupt();
        else if (_running is StopContainers && _view.DeletionGraceSeconds < before.DeletionGraceSeconds)
            _cancel?.Cancel();
        if (_view != before || !_view.ReadinessGates.IsEmpty)
            return true;
        if (_told is not null && !_memory.Orphaned)
            Show(item, _told);
        return false;
    }

    private PodView View(V1Pod pod) => PodViewReader.Read(pod) with { Rejection = _shell.Admit(pod) ?? _refusal };

    // Whatever was being set up for a pod that is to end is given up; stops go on.
    private void Interrupt()
    {
        if (_running is SetUpVolumes or RefreshVolumes or RunSandbox or StartContainer)
            _cancel?.Cancel();
    }

    private void Finish(ActionResult result)
    {
        _running = null;
        var (before, now) = (_seen, _shell.Clock.Now.Uptime);
        _seen = result.Update(_seen);
        _memory = SecondLooks.Note(PodOutcomes.Apply(_memory, result, now), before, result, now);
        if (result.Failure is not null && result.Action is LookAgain look)
            _changes.Retry(look);
    }

    private void Step()
    {
        if (_running is not null)
            return;
        var now = _shell.Clock.Now;
        if (!(_memory.Failure?.RetryAt > now.Uptime) && _changes.Take() is { } look)
        {
            Run(look);
            return;
        }
        var decision = PodDecider.Decide(_view, _seen, _memory, now);
        _memory = decision.Memory;
        foreach (var podEvent in decision.Events)
            Record(podEvent);
        if (!_memory.Orphaned)
            WriteStatus(now);
        Arm(decision.WakeAt, now.Uptime);
        if (decision.Action is null)
            _pod = null;
        else
            Run(decision.Action);
    }

    private void WriteStatus(DateTimeOffset now)
    {
        var status = PodStatusBuilder.Build(_view, _seen, _memory, _status, _conditions, _shell.Facts(), now);
        if (_told is not null && PodStatusPatch.Same(_told, status))
        {
            Show(_object!, _told);
            return;
        }
        _status = _told = status;
        Show(_object!, status);
        _shell.Status.Tell(new StatusProtocol.Write(_view.Uid, status));
    }

    private void Show(StoredObject item, PodStatusView status)
    {
        if (ReferenceEquals(_shown?.Object, item) && ReferenceEquals(_shown.Status, status))
            return;
        _shown = new PodOnBoard(_view.Uid, item, status);
        _shell.Board.Show(_view.Key, _shown);
    }

    private void Run(PodAction action)
    {
        switch (action)
        {
            case Forget:
                _shell.Status.Tell(new StatusProtocol.Forget(_view.Uid));
                Context.Stop(Self);
                return;
            case DeleteObject:
                _running = action;
                _shell.Status.Tell(new StatusProtocol.Delete(_view.Uid));
                return;
        }
        _running = action;
        if (_cancel?.TryReset() != true)
        {
            _cancel?.Dispose();
            _cancel = new CancellationTokenSource();
        }
        var self = Self;
        var job = new PodJob(action, action.NeedsPod ? Pod() : null, _view, _seen, Record);
        if (job.Pod is { } pod)
            PodResize.Apply(pod, _memory);
        var run = _shell.Executor.RunAsync(job, _cancel.Token);
        if (run.IsCompletedSuccessfully)
            self.Tell(new PodProtocol.Done(run.Result));
        else
            _ = run.PipeTo(self, success: result => new PodProtocol.Done(result));
    }

    private V1Pod? Pod() => _object is null ? null : _pod ??= PodReader.Read(_object);

    // Called by the executor from any thread: it may only use what never changes.
    private void Record(PodEvent podEvent) => _shell.Events.Record(new EventTarget("Pod", _view.Key, _view.Uid), podEvent);

    private void Arm(TimeSpan? wakeAt, TimeSpan now)
    {
        if (wakeAt == _wakeAt)
            return;
        _wakeAt = wakeAt;
        var wait = wakeAt is { } at ? DueTimer.Bounded(at - now) : Timeout.InfiniteTimeSpan;
        if (_timer is not null)
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
            return;
        }
        if (wakeAt is null)
            return;
        _timer = _shell.Time.CreateTimer(static self => ((IActorRef)self!).Tell(PodProtocol.Wake.Instance), Self, wait, Timeout.InfiniteTimeSpan);
    }
}
