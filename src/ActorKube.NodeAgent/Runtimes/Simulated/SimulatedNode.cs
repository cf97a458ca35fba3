namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>
/// The state of a simulated node and its rules: what happens when, given <c>now</c>. Without clock, tasks or locks; <see cref="SimulatedRuntime"/> adds those.
/// What happens later (ends, repeated log lines) waits in one queue for the whole node, so an idle pod costs memory and nothing else.
/// </summary>
internal sealed partial class SimulatedNode
{
    private readonly SimulatedRuntimeOptions _options;
    private readonly IContainerLogFiles _logs;
    private readonly Action<RuntimeEvent> _publish;
    private readonly Dictionary<string, SimulatedSandbox> _sandboxes = [];
    private readonly Dictionary<string, SimulatedContainer> _containers = [];
    private readonly HashSet<(string PodUid, uint Attempt)> _sandboxNames = [];
    private readonly PriorityQueue<Due, (DateTimeOffset When, ulong Order)> _due = new();
    private List<AddressPool> _pools;
    private ulong _lastId;
    private ulong _lastDue;

    public SimulatedNode(SimulatedRuntimeOptions options, IContainerLogFiles logs, Action<RuntimeEvent> publish)
    {
        _options = options;
        _logs = logs;
        _publish = publish;
        _pools = [.. options.PodCidrs.Select(cidr => new AddressPool(cidr))];
        foreach (var image in options.Images)
            Images.Add(ImageReference.Parse(image));
    }

    private enum DueKind
    {
        End,
        Log,
    }

    public SimulatedImages Images { get; } = new();

    public bool IsNetworkReady => _pools.Count > 0;

    /// <summary>How much the clock is ahead of <c>now</c>, which only passes: by the one everything happens, the other is shown.</summary>
    public TimeSpan ClockAhead { get; set; }

    /// <summary>When <see cref="Advance"/> has something to do next.</summary>
    public DateTimeOffset? NextDue => _due.TryPeek(out _, out var priority) ? priority.When : null;

    /// <summary>Sets the pod ranges; one that stays keeps what it has given out.</summary>
    public void SetPodCidrs(IReadOnlyList<string> podCidrs) =>
        _pools = [.. podCidrs.Select(cidr => _pools.Find(pool => pool.Cidr == cidr) ?? new AddressPool(cidr))];

    /// <summary>Does what is due.</summary>
    public void Advance(DateTimeOffset now)
    {
        while (_due.TryPeek(out var due, out var priority) && priority.When <= now)
        {
            _due.Dequeue();
            if (due.Container.State != ContainerState.Running || due.Container.IsRemoved)
                continue;
            switch (due.Kind)
            {
                case DueKind.End:
                    End(due.Container, priority.When, due.ExitCode, due.Reason, "");
                    break;
                case DueKind.Log:
                    Print(due.Container, priority.When);
                    break;
                default:
                    throw new InvalidOperationException($"Unknown kind {due.Kind}.");
            }
        }
    }

    /// <summary>The events that describe what exists.</summary>
    public IEnumerable<RuntimeEvent> Describe()
    {
        foreach (var sandbox in _sandboxes.Values)
        {
            var kind = LifecycleEvents.For(sandbox.State);
            yield return new(kind, sandbox.Config.Metadata.Uid, sandbox.Id, "");
            foreach (var container in sandbox.Containers)
                yield return new(LifecycleEvents.For(container.State), sandbox.Config.Metadata.Uid, sandbox.Id, container.Id);
        }
    }

    private static RuntimeException NotFound(string what, string id) => new(RuntimeErrorKind.NotFound, $"{what} \"{id}\": not found");

    private string NextId() => $"{_options.IdSeed:x16}{++_lastId:x16}";

    private void Schedule(DateTimeOffset when, Due due) => _due.Enqueue(due, (when, ++_lastDue));

    private DateTimeOffset Shown(DateTimeOffset now) => now + ClockAhead;

    private void Publish(RuntimeEventKind kind, SimulatedSandbox sandbox, string containerId) =>
        _publish(new RuntimeEvent(kind, sandbox.Config.Metadata.Uid, sandbox.Id, containerId));

    private readonly record struct Due(DueKind Kind, SimulatedContainer Container, int ExitCode, string Reason);
}
