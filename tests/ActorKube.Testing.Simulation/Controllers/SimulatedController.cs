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
internal sealed class SimulatedController(string name, ControllerRuntime runtime, SerialLoop loop) : IDisposable
{
    private ControllerState _journal = ControllerState.Empty;
    private ControllerState _tentative = ControllerState.Empty;
    private ControllerEngine? _engine;
    private Mailbox? _mailbox;
    private int _incarnation;

    public string Name => name;

    /// <summary>Turns taken, those that did nothing included.</summary>
    public long Turns { get; private set; }

    /// <summary>Turns whose writes failed, or that ended in a retry.</summary>
    public long Failures { get; private set; }

    /// <summary>Pending requeues that are in the journal.</summary>
    public IEnumerable<PendingRequeue> Requeues => _journal.Requeues.Values.OrderBy(r => r.Key);

    /// <summary>The decision log.</summary>
    public IEnumerable<Decision> Decisions => _journal.Decisions;

    public void Start()
    {
        _tentative = _journal;
        _mailbox = new Mailbox(loop, message => _engine!.Handle(message));
        _engine = new ControllerEngine(runtime, _mailbox.Post, OnFinished);
        _engine.Start(_journal);
    }

    /// <summary>Ends it where it stands.</summary>
    public void Kill()
    {
        _incarnation++;
        _mailbox?.Close();
        _engine?.Dispose();
        (_mailbox, _engine) = (null, null);
    }

    public void Dispose() => Kill();

    private void OnFinished(Work work, PlanOutcome outcome, Finished finished)
    {
        Turns++;
        if (outcome.Failure is not null || work.Plan.Retry is not null)
            Failures++;
        var item = new WorkFinished(work.Key, finished.Decision, finished.Requeue) { Memory = finished.Memory };
        if (!_tentative.IsChangedBy(item))
            return;
        _tentative = _tentative.After(item, runtime.Settings.DecisionsKept);
        // On its way to the journal it can still be lost with its controller.
        var incarnation = _incarnation;
        loop.Post(() =>
        {
            if (incarnation == _incarnation)
                _journal = _journal.After(item, runtime.Settings.DecisionsKept);
        });
    }
}
