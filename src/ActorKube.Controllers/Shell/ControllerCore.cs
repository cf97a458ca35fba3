using ActorKube.Api.Names;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Shell;

/// <summary>
/// The shell of a controller without its actor: which key is next, whether its caches are recent enough, what the reconciler decides, and when the key comes
/// again. For one thread; does nothing by itself.
/// </summary>
internal sealed class ControllerCore
{
    // A reconciler that keeps asking instead of deciding is broken; its key is put off like any other failure.
    private const int MaxRounds = 8;
    private static readonly TimeSpan LeastAfterFailure = TimeSpan.FromSeconds(1);

    private readonly IReconciler _reconciler;
    private readonly ControllerInformers _informers;
    private readonly ControllerSettings _settings;
    private readonly WorkQueue<ObjectKey> _queue;
    private readonly RevisionExpectations _expectations;
    private readonly Dictionary<GroupVersionResource, PriorityQueue<ObjectKey, long>> _parked = [];
    private readonly KnownChanges _known;
    private readonly Triggers _triggers = new();
    private readonly HashSet<ObjectKey> _superfluous = [];
    private readonly Dictionary<ObjectKey, Exception> _faults = [];
    private readonly Dictionary<ObjectKey, StepFailure> _failures = [];
    private readonly Dictionary<ObjectKey, string> _memories = [];

    public ControllerCore(IReconciler reconciler, ControllerInformers informers, TimeProvider time, ControllerSettings settings, QueueMeter? meter = null)
    {
        _reconciler = reconciler;
        _informers = informers;
        _settings = settings;
        _queue = new WorkQueue<ObjectKey>(time, settings.Backoff, settings.MinInterval, meter);
        _expectations = new RevisionExpectations(settings.Patience);
        _known = new KnownChanges(informers.HeardOf);
    }

    /// <summary>When there will be something to do without further events; null when not.</summary>
    public DateTimeOffset? NextDue => _queue.NextDue;

    /// <summary>True when a worker is free and all caches have been filled.</summary>
    public bool CanStart => _queue.Processing < _settings.Workers && _informers.Ready;

    /// <summary>Takes note of what an informer says.</summary>
    public void On(InformerEvent item)
    {
        if (_parked.TryGetValue(item.Resource, out var parked))
            while (parked.TryPeek(out var key, out var revision) && revision <= item.Revision)
            {
                parked.Dequeue();
                _queue.Add(key);
            }
        if (item is not ObjectChanged change || _informers.SpecOf(item.Resource) is not { } spec)
            return;
        try
        {
            foreach (var key in spec.Keys(change, _informers))
                Add(key, change);
        }
        catch (Exception fault)
        {
            // Whatever is in an object must not end the controller, which would meet it again after every start: it is told when the object's own key has its turn.
            _faults[change.Latest.Key] = fault;
            Add(change.Latest.Key, change);
        }
    }

    private void Add(ObjectKey key, ObjectChanged change)
    {
        if (_queue.IsProcessing(key))
            _triggers.Hear(key, change);
        else if (!_known.Has(key, new Change(change.Resource, change.Revision)) || _faults.ContainsKey(key))
            _triggers.Add(key, change);
        else if (_settings.LooksAtKnownChanges)
            _superfluous.Add(key);
        else
        {
            ForgetExpected(key);
            return;
        }
        _queue.Add(key);
    }

    // What a key waits for that has no turn is forgotten when it is there, and not when it has its next turn.
    private void ForgetExpected(ObjectKey key) => _expectations.Missing(key, _informers.RevisionOf, _informers.Clock.Now.Uptime);

    /// <summary>Looks at a key when its time comes, as before the restart.</summary>
    public void Restore(PendingRequeue pending)
    {
        if (pending.Failures > 0)
            _queue.SetFailures(pending.Key, pending.Failures);
        _queue.AddAt(pending.Key, pending.Due);
    }

    /// <summary>Gives the reconciler back what it wanted remembered before the restart, and a turn in which to forget it: nobody hears of an object that went in between.</summary>
    public void Restore(ObjectKey key, string memory)
    {
        _memories[key] = memory;
        _queue.Add(key);
    }

    /// <summary>Takes the next key and decides about it; null when there is nothing to do now.</summary>
    public Work? Next()
    {
        while (CanStart && _queue.TryTake(out var key))
        {
            var now = _informers.Clock.Now;
            if (_expectations.Missing(key, _informers.RevisionOf, now.Uptime) is { } awaited)
            {
                Park(key, awaited, now.Uptime);
                continue;
            }
            var cause = _triggers.Take(key);
            return Decide(new Work(key, Plan.Nothing, cause ?? Cause.Time(key), now) { IsSuperfluous = _superfluous.Remove(key) && cause is null });
        }
        return null;
    }

    /// <summary>Decides again, with what the plan asked for.</summary>
    public Work Answered(Work work, Answers answers) => Decide(work with { Live = work.Live.With(answers.Reads), Outside = work.Outside.AddRange(answers.Outside) });

    /// <summary>Ends the work on a key.</summary>
    public Finished Finish(Work work, PlanOutcome outcome)
    {
        var (key, plan) = (work.Key, work.Plan);
        var now = _informers.Clock.Now;
        foreach (var result in outcome.Results)
            if (result.Revision > 0)
                _expectations.Expect(key, result.Step.Address.Resource, result.Revision, now.Uptime);
        var failed = outcome.Failure is not null || plan.Retry is not null;
        // What is decided after a failure may know of it, and differ once it is past.
        var settled = plan.Settled && !failed && !_failures.ContainsKey(key);
        if (outcome.Failure is { } failure)
            _failures[key] = failure;
        else
            _failures.Remove(key);
        var due = LookAgain(key, plan, failed, now);
        var memory = outcome.Failure is null ? Remember(key, plan.Memory) : null;
        _known.Set(key, work.Seen, settled && memory is null ? Written(outcome) : []);
        SettleTriggers(key);
        _queue.Done(key);
        var pending = due is { } at && at - now.Clock >= _settings.JournalRequeuesFrom ? new PendingRequeue(key, at, _queue.Failures(key)) : null;
        return new Finished(DecisionOf(work, outcome), pending, memory);
    }

    // Has the key come again by itself where it has to. Says when, if a successor has to know it: whoever polls begins at once.
    private DateTimeOffset? LookAgain(ObjectKey key, Plan plan, bool failed, Present now)
    {
        DateTimeOffset? due = null;
        // A plan that failed is retried at its own pace; a look it wanted soon would undermine the back-off.
        if (plan.RequeueAfter is { } after && !(failed && after < LeastAfterFailure))
        {
            // The calendar ends, and the time of the decision is over by now.
            var then = after < DateTimeOffset.MaxValue - now ? now.Clock + after : DateTimeOffset.MaxValue;
            _queue.AddAt(key, then);
            due = plan.Polling ? null : then;
        }
        if (!failed)
        {
            _queue.Forget(key);
            return due;
        }
        var retry = _queue.AddRateLimited(key);
        return due is { } other && other < retry ? other : retry;
    }

    // What came during the turn and was known to it is no reason for another one.
    private void SettleTriggers(ObjectKey key)
    {
        if (!_triggers.Settle(key, _known) || _faults.ContainsKey(key))
            return;
        if (_settings.LooksAtKnownChanges)
        {
            _superfluous.Add(key);
            return;
        }
        _queue.Retract(key);
        ForgetExpected(key);
    }

    // A write that was refused, though tolerated, or of which nobody knows the revision, is not what the plan counted on.
    private static Change[] Written(PlanOutcome outcome) =>
        outcome.Results.All(static r => r.Error is null && r.Revision > 0) ? [.. outcome.Results.Select(static r => new Change(r.Step.Address.Resource, r.Revision))] : [];

    private string? Remember(ObjectKey key, string? memory)
    {
        if (memory is null || memory == _memories.GetValueOrDefault(key, ""))
            return null;
        if (memory.Length > 0)
            _memories[key] = memory;
        else
            _memories.Remove(key);
        return memory;
    }

    private Work Decide(Work work)
    {
        if (_faults.Remove(work.Key, out var before))
            return Failed(work, before);
        // Before the reconciler reads: it sees this much at least.
        if (_reconciler.DecidesByCachesAlone)
            work = work with { Seen = _informers.Ahead() };
        try
        {
            var plan = _reconciler.Reconcile(new ReconcileContext
            {
                Key = work.Key,
                View = _informers,
                Now = work.At,
                Served = _informers.Served,
                Live = work.Live,
                Outside = work.Outside,
                LastFailure = _failures.GetValueOrDefault(work.Key),
                Memory = _memories.GetValueOrDefault(work.Key, ""),
            });
            var rounds = work.Rounds + 1;
            return rounds > MaxRounds && plan.Asks
                ? work with { Plan = new Plan { Retry = "the reconciler keeps asking" } }
                : work with { Plan = plan, Rounds = rounds };
        }
        catch (Exception fault)
        {
            return Failed(work, fault);
        }
    }

    private static Work Failed(Work work, Exception fault) => work with { Plan = new Plan { Retry = $"the reconciler failed: {fault}" } };

    private void Park(ObjectKey key, Awaited awaited, TimeSpan now)
    {
        if (!_parked.TryGetValue(awaited.Resource, out var parked))
            _parked.Add(awaited.Resource, parked = new());
        parked.Enqueue(key, awaited.Revision);
        _queue.Done(key);
        _queue.AddAfter(key, awaited.Until - now);
    }

    private Decision? DecisionOf(Work work, PlanOutcome outcome)
    {
        var orders = work.Outside.Where(a => a.Call.Changes).ToArray();
        if (outcome.Results.IsEmpty && orders.Length == 0 && work.Plan.Retry is null)
            return null;
        var reasons = work.Plan.Retry is { } retry ? work.Plan.Reasons.Add(retry) : work.Plan.Reasons;
        var given = orders.Select(a => new DecisionWrite(a.Call.Verb, a.Call.Target, a.Call.Subject ?? work.Key, 0, a.Error ?? ""));
        var writes = outcome.Results.Select(r => new DecisionWrite(
            r.Step.Verb,
            r.Step.Address.Subresource.Length == 0 ? r.Step.Address.Resource.Resource.ToString() : $"{r.Step.Address.Resource.Resource}/{r.Step.Address.Subresource}",
            r.Step.Address.Key,
            r.Error is null ? r.Revision : 0,
            r.Error?.Message ?? ""));
        return new Decision(work.At, work.Key, work.Cause, reasons, [.. given.Concat(writes).Take(_settings.WritesNamed)], orders.Length + outcome.Results.Length);
    }
}
