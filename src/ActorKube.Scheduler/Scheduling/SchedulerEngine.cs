using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Queues;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Volumes;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>
/// Runs a <see cref="SchedulerCore"/>: feeds it from the informers and carries out what it decides. Whoever owns it gives it a way to post messages to the owner's thread, and
/// hands every message posted back to <see cref="Handle"/> on that thread; nothing else is called from elsewhere.
/// </summary>
internal sealed class SchedulerEngine : IDisposable
{
    // Decisions that may follow each other before other messages get their turn.
    private const int TurnsPerMessage = 64;

    private readonly SchedulerCore _core;
    private readonly EngineServices _services;
    private readonly Action<object> _post;
    private readonly BindContext _bind;
    private readonly StatusWriter _statuses;
    private readonly CancellationTokenSource _stop = new();
    private readonly DueTimer _timer;
    private readonly List<IDisposable> _subscriptions = [];
    private int _synced;
    private bool _pumpPosted;

    /// <summary>An engine at rest.</summary>
    /// <param name="core">The deciding half.</param>
    /// <param name="services">What it works with.</param>
    /// <param name="epoch">Epoch that bindings carry; null for none.</param>
    /// <param name="post">Takes messages for <see cref="Handle"/>, from any thread.</param>
    public SchedulerEngine(SchedulerCore core, EngineServices services, long? epoch, Action<object> post)
    {
        _core = core;
        _services = services;
        _post = post;
        _bind = new BindContext(services.Client, new WriteOptions { Epoch = epoch }, services.Time);
        _statuses = new StatusWriter(services, post, _stop.Token);
        _timer = new DueTimer(_core.Waits, () => post(Wake.Now));
    }

    /// <summary>Set once a newer scheduler has taken over: nothing is bound any more, and the owner should let go.</summary>
    public bool Superseded { get; private set; }

    /// <summary>Begins to follow nodes and pods.</summary>
    public void Start()
    {
        // Nodes first: pods find them there, and an empty cluster is not reported for a moment at start-up.
        _subscriptions.Add(_services.Informers.Get(WellKnownResources.Nodes).Subscribe(_post));
        _subscriptions.Add(_services.Informers.Get(WellKnownResources.Pods).Subscribe(_post));
        foreach (var resource in VolumeIndex.Resources)
            _subscriptions.Add(_services.Informers.Get(resource).Subscribe(_post));
    }

    /// <summary>Handles a message that was posted.</summary>
    public void Handle(object message)
    {
        switch (message)
        {
            case ObjectChanged change:
                OnChange(change);
                break;
            case InformerSynced:
                _synced++;
                break;
            case InformerProgressed:
                return;
            case BindingDone done:
                OnBinding(done);
                break;
            case PreparingDone done:
                if (_core.Prepared(done.Placement, done.Status) is { } setback)
                    Carry(setback);
                break;
            case StatusWriter.Written written:
                _statuses.Done(written);
                return;
            case Wake:
                _timer.Forget();
                break;
            case Pump:
                _pumpPosted = false;
                break;
            default:
                throw new ArgumentException($"{message.GetType()} is no message of the scheduler.");
        }
        Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        foreach (var subscription in _subscriptions)
            subscription.Dispose();
        _timer.Dispose();
        _stop.Dispose();
    }

    private void OnChange(ObjectChanged change)
    {
        if (change.Resource == WellKnownResources.Nodes)
            _core.OnNode(change.Old?.As<NodeSpec>(), change.New?.As<NodeSpec>());
        else if (change.Resource != WellKnownResources.Pods)
            _core.OnStorage(change);
        else
            _core.OnPod(change.Old?.As<PodInfo>(), change.New?.As<PodInfo>());
    }

    private void Run()
    {
        if (_synced < _subscriptions.Count || Superseded)
            return;
        for (var turn = 0; _core.Next() is { } decided; turn++)
        {
            Carry(decided);
            if (turn < TurnsPerMessage)
                continue;
            if (!_pumpPosted)
            {
                _pumpPosted = true;
                _post(Pump.Now);
            }
            return;
        }
        _timer.Arm(_core.NextDue);
    }

    private void Carry(Turn turn)
    {
        if (turn.Decision is { } decision)
            _services.Log(decision);
        if (turn.Setback is { } setback)
            Tell(setback);
        if (turn.Bind is { } placement)
            Bind(placement);
        if (turn.Nominate is { } expected && expected.Queued.Pod.NominatedNode != expected.Node)
            _statuses.Nominated(expected.Pod, expected.Node);
        if (turn.Prepare is { } slow)
            Beside(async () => _post(await BindingCycle.PrepareAsync(slow, _bind, _stop.Token)));
    }

    private void Tell(Setback setback)
    {
        _services.Record(setback.SchedulerName, SchedulerEvents.FailedScheduling(setback.Pod, setback.Message));
        if (setback.ConditionReason is { } reason)
            _statuses.NotScheduled(setback, reason);
    }

    private void Bind(Placement placement)
    {
        // A condition on its way would arrive after the binding and say that the pod has no node.
        var before = _statuses.Pending(placement.Pod.Uid);
        Beside(async () =>
        {
            if (before is not null)
                await before;
            _post(await BindingCycle.RunAsync(placement, _bind, _stop.Token));
        });
    }

    private void Beside(Func<Task> work) =>
        _services.Run(async () =>
        {
            try
            {
                await work();
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // Stopped: nobody waits for the outcome any more.
            }
        });

    private void OnBinding(BindingDone done)
    {
        var placement = done.Placement;
        switch (done.End)
        {
            case BindingEnd.Bound:
                _core.Bound(placement);
                _services.Record(placement.Profile.SchedulerName, SchedulerEvents.Scheduled(placement.Pod, placement.Node));
                break;
            case BindingEnd.Unknown:
                _core.BindingLost(placement);
                _services.OnFault($"The outcome of binding {placement.Pod.Key} to {placement.Node} is unknown", done.Status.Cause!);
                break;
            case BindingEnd.Failed:
                Carry(_core.BindingFailed(placement, done.Status, tell: true));
                break;
            case BindingEnd.Overtaken:
                Carry(_core.BindingFailed(placement, done.Status, tell: false));
                break;
            case BindingEnd.Superseded:
                Superseded = true;
                break;
            default:
                throw new InvalidOperationException($"Unknown end {done.End}.");
        }
    }

    private sealed class Wake
    {
        public static readonly Wake Now = new();
    }

    private sealed class Pump
    {
        public static readonly Pump Now = new();
    }
}
