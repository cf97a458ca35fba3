using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Shell;

/// <summary>
/// Runs a <see cref="ControllerCore"/>: feeds it from the informers and carries out what it decides. Whoever owns it gives it a way to post messages to the owner's thread and hands every message
/// posted back to <see cref="Handle"/> on that thread; nothing else is called from elsewhere. What has to survive it is told to the owner, who keeps it.
/// </summary>
internal sealed class ControllerEngine : IDisposable
{
    // Decisions without writes that may follow each other before other messages get their turn.
    private const int TurnsPerMessage = 64;

    private readonly ControllerRuntime _runtime;
    private readonly Action<object> _post;
    private readonly IEngineOwner _owner;
    private readonly ControllerInformers _informers;
    private readonly ControllerCore _core;
    private readonly ControllerStart _start;
    private readonly PlanExecutor _executor;
    private readonly CancellationTokenSource _stop = new();
    private readonly DueTimer _timer;
    private IDisposable? _catalog;
    private Hindrance? _hindrance;
    private bool _told;
    private bool _ready;

    /// <summary>An engine at rest.</summary>
    /// <param name="runtime">What it works with.</param>
    /// <param name="post">Takes messages for <see cref="Handle"/>, from any thread.</param>
    /// <param name="owner">Told, on its own thread, what becomes of each turn.</param>
    public ControllerEngine(ControllerRuntime runtime, Action<object> post, IEngineOwner owner)
    {
        _runtime = runtime;
        _post = post;
        _owner = owner;
        var reconciler = runtime.CreateReconciler();
        _informers = new ControllerInformers(reconciler, runtime.Informers, post);
        _core = new ControllerCore(reconciler, _informers, runtime.Time, runtime.Settings, runtime.Meter.Queue);
        var tenure = runtime.CreateClient?.Invoke();
        _start = new ControllerStart(runtime, _informers, tenure, hindrance => post(new Hindered(hindrance)));
        _executor = new PlanExecutor(tenure ?? runtime.Client, runtime.Record, runtime.Outside);
        _timer = new DueTimer(runtime.Time, () => post(Pump.Now));
    }

    /// <summary>A message of the engine to itself.</summary>
    private interface IMessage;

    /// <summary>Why it decides nothing; empty when it does.</summary>
    public string Waiting => _informers.Ready ? "" : _hindrance?.Reason ?? "it has not seen yet all that it watches";

    /// <summary>Begins to follow what the reconciler watches.</summary>
    /// <param name="state">What an earlier incarnation left.</param>
    public void Start(ControllerState state)
    {
        foreach (var requeue in state.Requeues.Values)
            _core.Restore(requeue);
        foreach (var (key, memory) in state.Memories)
            _core.Restore(key, memory);
        _catalog = _runtime.Catalog.OnChange(() => _post(CatalogChanged.Now));
        _informers.Follow(_runtime.Catalog.Current);
        Begin(ReadHeadsAsync);
        _timer.Arm(_core.NextDue);
    }

    /// <summary>Handles messages that were posted, in their order. Decisions follow once all of them have been taken note of, so that a key that several are about has one turn.</summary>
    public void Handle(params IEnumerable<object> messages)
    {
        var begun = _runtime.Time.GetTimestamp();
        foreach (var message in messages)
            Take(message);
        if (!_ready && _informers.Ready)
        {
            _ready = true;
            _owner.OnReady();
        }
        Run();
        _runtime.Meter.Worked(_runtime.Time.GetElapsedTime(begun));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _catalog?.Dispose();
        _informers.Dispose();
        _timer.Dispose();
        _stop.Dispose();
        _runtime.Meter.Queue.Empty();
    }

    private void Take(object message)
    {
        switch (message)
        {
            case InformerEvent item:
                _informers.On(item);
                _core.On(item);
                break;
            case Pump:
                break;
            case Answered done:
                // The answers may have led to no more than a time to look again, which has to be waited for: Run below does.
                Carry(_core.Answered(done.Work, done.Answers));
                break;
            case Executed done:
                Finish(done.Work, done.Outcome);
                break;
            case HeadsRead heads:
                _informers.WaitFor(heads.Revisions);
                _hindrance = null;
                break;
            case Hindered(var hindrance):
                OnHindered(hindrance);
                break;
            case CatalogChanged:
                _informers.Follow(_runtime.Catalog.Current);
                break;
            case Failed failed:
                throw new InvalidOperationException("A task of the shell failed.", failed.Cause);
            default:
                throw new ArgumentException($"{message.GetType()} is no message of a controller.");
        }
    }

    private void OnHindered(Hindrance hindrance)
    {
        _hindrance = hindrance;
        if (_told || !hindrance.IsWorthTelling)
            return;
        _told = true;
        _owner.OnHindered(hindrance.Reason);
    }

    private void Run()
    {
        _timer.Forget();
        for (var turn = 0; _core.Next() is { } work; turn++)
        {
            Carry(work);
            if (turn < TurnsPerMessage)
                continue;
            _post(Pump.Now);
            return;
        }
        _timer.Arm(_core.NextDue);
    }

    private void Carry(Work work)
    {
        if (work.Plan.Asks)
            Begin(async cancel => new Answered(work, await _executor.AskAsync(work.Plan, cancel)));
        else if (work.Plan.Writes || !work.Plan.Events.IsEmpty)
            Begin(async cancel => new Executed(work, await _executor.ExecuteAsync(work.Plan, cancel)));
        else
            Finish(work, PlanOutcome.Empty);
    }

    private void Finish(Work work, PlanOutcome outcome)
    {
        if (outcome.Failure is { Status.IsStale: true })
            throw new SupersededException();
        _runtime.Meter.Finished(work, outcome);
        _owner.OnFinished(work, outcome, _core.Finish(work, outcome));
    }

    // What ends after the engine has nobody to tell.
    private void Begin(Func<CancellationToken, Task<IMessage>> work)
    {
        var cancel = _stop.Token;
        _runtime.Run(async () =>
        {
            IMessage message;
            try
            {
                message = await work(cancel);
            }
            catch (Exception fault)
            {
                message = new Failed(fault);
            }
            if (!cancel.IsCancellationRequested)
                _post(message);
        });
    }

    // See ControllerInformers.WaitFor.
    private async Task<IMessage> ReadHeadsAsync(CancellationToken cancel) => new HeadsRead(await _start.RunAsync([.. _informers.Specs], cancel));

    private sealed class Pump : IMessage
    {
        public static readonly Pump Now = new();
    }

    private sealed class CatalogChanged : IMessage
    {
        public static readonly CatalogChanged Now = new();
    }

    private sealed record Answered(Work Work, Answers Answers) : IMessage;

    private sealed record Executed(Work Work, PlanOutcome Outcome) : IMessage;

    private sealed record HeadsRead(ImmutableArray<KeyValuePair<GroupVersionResource, long>> Revisions) : IMessage;

    private sealed record Hindered(Hindrance Hindrance) : IMessage;

    private sealed record Failed(Exception Cause) : IMessage;
}
