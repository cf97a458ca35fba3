using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Testing.Fakes;

namespace ActorKube.Controllers.Tests.Harness;

/// <summary>
/// Controllers against an API server in memory, on one thread and in virtual time: the same sequence in every run. Each controller runs on the real shell, without its actor.
/// </summary>
public sealed class ControllerHarness
{
    private readonly List<Runner> _runners = [];

    public ControllerHarness()
    {
        Cluster = new MemoryCluster(Time);
        Informers = new InformerFactory(Cluster, new InformerOptions { OnFault = (resource, fault) => InformerFaults.Add($"{resource}: {fault}") }, Time);
    }

    public SettableTime Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public MemoryCluster Cluster { get; }

    public FixedCatalog Catalog { get; } = new();

    public InformerFactory Informers { get; }

    /// <summary>Why watches had to be renewed.</summary>
    public List<string> InformerFaults { get; } = [];

    public List<EventSpec> Events { get; } = [];

    public List<Decision> Decisions { get; } = [];

    /// <summary>What reconcilers wanted remembered, in order; empty where they wanted it forgotten.</summary>
    public List<string> Memories { get; } = [];

    /// <summary>Decisions taken, those that did nothing included.</summary>
    public int Turns { get; private set; }

    /// <summary>Answers calls to another system, at once.</summary>
    public Func<OutsideCall, CancellationToken, Task<OutsideAnswer>>? Outside { get; set; }

    /// <summary>Runs a controller. Turns that its shell would leave out are taken, unless <paramref name="leavesOut"/>, and have to find nothing to do.</summary>
    internal ControllerHarness Run(IReconciler reconciler, ControllerSettings? settings = null, bool leavesOut = false)
    {
        _runners.Add(new Runner(this, reconciler, (settings ?? new ControllerSettings { MinInterval = TimeSpan.Zero }) with { LooksAtKnownChanges = !leavesOut }));
        return this;
    }

    /// <summary>Lets all controllers work until nothing is left to do at this moment.</summary>
    public ControllerHarness Settle()
    {
        var rounds = 0;
        while (_runners.Any(r => r.Step()))
            if (++rounds > 100_000)
                throw new InvalidOperationException("The controllers never come to rest: " + string.Join(" | ", Cluster.Log.TakeLast(6)));
        return this;
    }

    /// <summary>Lets time pass, stopping wherever a controller wants to look again.</summary>
    public ControllerHarness Advance(TimeSpan span)
    {
        Settle();
        var end = Time.GetUtcNow() + span;
        while (_runners.Min(r => r.NextDue) is { } due && due <= end)
        {
            if (due > Time.GetUtcNow())
                Time.Advance(due - Time.GetUtcNow());
            Settle();
        }
        if (end > Time.GetUtcNow())
            Time.Advance(end - Time.GetUtcNow());
        return Settle();
    }

    private sealed class Runner : IDisposable
    {
        private readonly ControllerHarness _harness;
        private readonly Queue<InformerEvent> _mail = new();
        private readonly ControllerInformers _informers;
        private readonly ControllerCore _core;
        private readonly PlanExecutor _executor;

        public Runner(ControllerHarness harness, IReconciler reconciler, ControllerSettings settings)
        {
            _harness = harness;
            _informers = new ControllerInformers(reconciler, harness.Informers, _mail.Enqueue);
            _core = new ControllerCore(reconciler, _informers, harness.Time, settings);
            _executor = new PlanExecutor(harness.Cluster, harness.Events.Add, harness.Outside);
            _informers.Follow(harness.Catalog.Current);
            harness.Catalog.OnChange(() => _informers.Follow(harness.Catalog.Current));
            _informers.WaitFor([]);
        }

        public DateTimeOffset? NextDue => _core.NextDue;

        public bool Step()
        {
            while (_mail.TryDequeue(out var item))
            {
                _informers.On(item);
                _core.On(item);
            }
            if (_core.Next() is not { } work)
                return false;
            var superfluous = work.IsSuperfluous;
            for (; work.Plan.Asks; _harness.Turns++)
                work = _core.Answered(work, Now(_executor.AskAsync(work.Plan, default)));
            if (superfluous && (work.Plan.Writes || !work.Plan.Events.IsEmpty || work.Plan.Retry is not null))
                throw new InvalidOperationException($"There was something left to do about {work.Key} although nothing had changed that its last decision did not know: {string.Join("; ", work.Plan.Reasons)}.");
            var finished = _core.Finish(work, Now(_executor.ExecuteAsync(work.Plan, default)));
            _harness.Turns++;
            if (finished.Memory is { } memory)
                _harness.Memories.Add(memory);
            if (finished.Decision is { } decision)
                _harness.Decisions.Add(decision);
            return true;
        }

        public void Dispose() => _informers.Dispose();

        private static T Now<T>(Task<T> task) =>
            task.IsCompleted ? task.GetAwaiter().GetResult() : throw new InvalidOperationException("The harness only works with what completes at once.");
    }
}
