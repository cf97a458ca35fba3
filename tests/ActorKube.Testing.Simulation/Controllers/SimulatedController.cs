using ActorKube.Api.Names;
using ActorKube.Controllers.Shell;
using ActorKube.Testing.Simulation.Serial;

namespace ActorKube.Testing.Simulation.Controllers;

/// <summary>
/// A controller with the life of its actor: a journal that outlives it, an engine that does not. Killed at any moment it loses its memory and whatever was on its way, and its successor begins with
/// what the journal holds.
/// </summary>
/// <param name="name">Upstream's name.</param>
/// <param name="runtime">What it works with.</param>
/// <param name="loop">Where it runs.</param>
/// <param name="travel">The way of an entry to the journal.</param>
internal sealed class SimulatedController(string name, ControllerRuntime runtime, SerialLoop loop, Func<Task> travel) : IEngineOwner, IDisposable
{
    private readonly ControllerLedger _ledger = new(runtime.Settings.DecisionsKept);
    private readonly Queue<WorkFinished> _underWay = new();
    private readonly Dictionary<ObjectKey, PendingRequeue?> _asked = [];
    private readonly List<string> _lost = [];
    private ControllerEngine? _engine;
    private Mailbox? _mailbox;
    private int _incarnation;

    public string Name => name;

    /// <summary>Whom it writes as; empty for one that is played.</summary>
    public string User { get; init; } = "";

    /// <summary>Turns taken, those that did nothing included.</summary>
    public long Turns { get; private set; }

    /// <summary>How often it ended because another incarnation had begun.</summary>
    public int Superseded { get; private set; }

    /// <summary>Told of every turn at its end.</summary>
    public Action<TakenTurn>? Told { get; init; }

    /// <summary>Turns whose writes failed, or that ended in a retry.</summary>
    public long Failures { get; private set; }

    /// <summary>Pending requeues that are in the journal.</summary>
    public IEnumerable<PendingRequeue> Requeues => _ledger.Written.Requeues.Values.OrderBy(r => r.Key);

    /// <summary>Pending requeues that a successor did not find in the journal as the dead had asked for them last, but for keys whose last turn was still on its way.</summary>
    public IReadOnlyList<string> Lost => _lost;

    /// <summary>The decision log.</summary>
    public IEnumerable<Decision> Decisions => _ledger.Written.Decisions;

    public void Start()
    {
        _ledger.Recover(_ledger.Written);
        _mailbox = new Mailbox(loop, Handle);
        _engine = new ControllerEngine(runtime, _mailbox.Post, this);
        _engine.Start(_ledger.Written);
    }

    // The actor would stop, and be started anew when controllers are next looked after.
    private void Handle(object message)
    {
        try
        {
            _engine!.Handle(message);
        }
        catch (SupersededException)
        {
            Superseded++;
            Kill();
            Start();
        }
    }

    /// <summary>Ends it where it stands.</summary>
    public void Kill()
    {
        _incarnation++;
        var underWay = _underWay.Select(i => i.Key).ToHashSet();
        _lost.AddRange(_asked.Where(a => !underWay.Contains(a.Key) && _ledger.Written.Requeues.GetValueOrDefault(a.Key) != a.Value)
            .Select(a => $"{name} {a.Key}: asked for {a.Value?.Due:O}, in the journal {_ledger.Written.Requeues.GetValueOrDefault(a.Key)?.Due:O}"));
        _asked.Clear();
        _underWay.Clear();
        _mailbox?.Close();
        _engine?.Dispose();
        (_mailbox, _engine) = (null, null);
    }

    public void Dispose() => Kill();

    void IEngineOwner.OnFinished(Work work, PlanOutcome outcome, Finished finished)
    {
        Turns++;
        Told?.Invoke(new TakenTurn(name, work.Key, work.Cause, ControllerMeter.IsIdle(work, outcome)));
        if (outcome.Failure is not null || work.Plan.Retry is not null)
            Failures++;
        _asked[work.Key] = finished.Requeue;
        if (_ledger.ToWrite(work, finished) is not { } item)
        {
            Settle(work.Key);
            return;
        }
        // On its way to the journal it can still be lost with its controller. Whatever comes first in the journal was written first.
        _underWay.Enqueue(item);
        var incarnation = _incarnation;
        loop.Begin(async () =>
        {
            await travel();
            if (incarnation != _incarnation)
                return;
            _ledger.OnWritten(_underWay.Dequeue());
            Settle(item.Key);
        });
    }

    void IEngineOwner.OnHindered(string reason)
    {
    }

    void IEngineOwner.OnReady()
    {
    }

    // Of a key that wants nothing any more, and of which the journal holds nothing, nothing can be lost.
    private void Settle(ObjectKey key)
    {
        if (_asked.GetValueOrDefault(key) is null && !_ledger.Written.Requeues.ContainsKey(key) && _underWay.All(i => i.Key != key))
            _asked.Remove(key);
    }
}
