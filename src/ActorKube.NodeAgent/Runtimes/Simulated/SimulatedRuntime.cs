using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Times;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>
/// A container runtime in memory: no process, no thread, one timer for the whole node. Calls are short critical sections around a <see cref="SimulatedNode"/>;
/// only scripted delays wait, on the <see cref="TimeProvider"/>, so virtual time drives everything.
/// </summary>
internal sealed partial class SimulatedRuntime : IContainerRuntime
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly SteadyTime _steady;
    private readonly SimulatedNode _node;
    private readonly SimulatedRuntimeOptions _options;
    private readonly ITimer _timer;
    private readonly List<ChannelWriter<RuntimeEvent>> _watchers = [];
    private DateTimeOffset? _armedFor;

    /// <summary>A node without pods.</summary>
    public SimulatedRuntime(SimulatedRuntimeOptions options)
    {
        _options = options;
        _time = options.Time;
        _steady = new SteadyTime(_time);
        LogFiles = options.LogFiles ?? new MemoryLogFiles();
        _node = new SimulatedNode(options, LogFiles, Publish);
        _timer = _time.CreateTimer(_ => Advance(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public IContainerLogFiles LogFiles { get; }

    /// <summary>Whether the runtime answers; false makes every call fail as an unreachable runtime does. Pods go on.</summary>
    public bool IsAvailable { get; set; } = true;

    /// <inheritdoc/>
    public Task<RuntimeVersion> GetVersionAsync(CancellationToken cancel) => Do(_ => new RuntimeVersion("simulated", "1.0.0", "v1"), cancel);

    /// <inheritdoc/>
    public Task<RuntimeStatus> GetStatusAsync(CancellationToken cancel) => Do(_ => new RuntimeStatus(
        [
            new RuntimeCondition(RuntimeStatus.RuntimeReady, Status: true, "", ""),
            _node.IsNetworkReady
                ? new RuntimeCondition(RuntimeStatus.NetworkReady, Status: true, "", "")
                : new RuntimeCondition(RuntimeStatus.NetworkReady, Status: false, "NetworkPluginNotReady", "The node has no pod range yet."),
        ],
        [new RuntimeHandler("", true, true), .. _options.Handlers.Select(name => new RuntimeHandler(name, true, true))])
    {
        StrictGroups = true,
    }, cancel);

    /// <inheritdoc/>
    public Task UpdatePodCidrsAsync(IReadOnlyList<string> podCidrs, CancellationToken cancel) => Do(_ => _node.SetPodCidrs(podCidrs), cancel);

    /// <summary>From now on the use of containers follows the annotations that their pods have at the time.</summary>
    public void Follow(Func<ObjectKey, ImmutableDictionary<string, string>?> annotations) => Locked(_ => _node.Follow(annotations));

    /// <summary>Ends a running container as a crash or the kernel would: for tests of what reacts to it.</summary>
    public void EndContainer(string containerId, int exitCode, string reason = "") => Locked(now => _node.EndContainer(containerId, exitCode, reason, now));

    /// <summary>Says why a container has ended when it is asked the next time; no event tells of it, as when a real runtime hears of it late.</summary>
    public void ExplainEnd(string containerId, string reason) => Locked(_ => _node.Container(containerId).Explain(reason));

    /// <summary>Takes a sandbox down from outside, as when its process is killed.</summary>
    public void LoseSandbox(string sandboxId) => Locked(now => _node.StopSandbox(sandboxId, now));

    /// <summary>Makes a running container print a line.</summary>
    public void Print(string containerId, string line, string stream = "stdout") => Locked(now => _node.Print(containerId, stream, line, now));

    /// <inheritdoc/>
    public async IAsyncEnumerable<RuntimeEvent> WatchAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var channel = Channel.CreateUnbounded<RuntimeEvent>(new UnboundedChannelOptions { SingleReader = true });
        lock (_gate)
        {
            foreach (var existing in _node.Describe())
                channel.Writer.TryWrite(existing);
            _watchers.Add(channel.Writer);
        }
        try
        {
            await foreach (var e in channel.Reader.ReadAllAsync(cancel))
                yield return e;
        }
        finally
        {
            lock (_gate)
                _watchers.Remove(channel.Writer);
        }
    }

    /// <summary>Ends all watches; what runs is forgotten.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync();
        lock (_gate)
        {
            foreach (var watcher in _watchers)
                watcher.TryComplete();
        }
    }

    private void Publish(RuntimeEvent e)
    {
        foreach (var watcher in _watchers)
            watcher.TryWrite(e);
    }

    private void Advance() => Locked(now =>
    {
        // Timers may fire a little early; what is armed has to be forgotten, or nothing would be armed again.
        _armedFor = null;
        _node.Advance(now);
    });

    private void Locked(Action<DateTimeOffset> action)
    {
        lock (_gate)
        {
            try
            {
                var now = _steady.GetUtcNow();
                // Two clocks are never read at the same moment: what is less than this apart was not set, and must not show in the time between two figures.
                if (_time.GetUtcNow() - now is var ahead && (ahead - _node.ClockAhead).Duration() >= TimeSpan.FromSeconds(1))
                    _node.ClockAhead = ahead;
                action(now);
            }
            finally
            {
                Arm();
            }
        }
    }

    private Task<T> Do<T>(Func<DateTimeOffset, T> action, CancellationToken cancel)
    {
        if (cancel.IsCancellationRequested)
            return Task.FromCanceled<T>(cancel);
        if (!IsAvailable)
            return Task.FromException<T>(new RuntimeException(RuntimeErrorKind.Unavailable, "the simulated runtime was made unavailable"));
        try
        {
            T result = default!;
            Locked(now => result = action(now));
            return Task.FromResult(result);
        }
        catch (RuntimeException e)
        {
            return Task.FromException<T>(e);
        }
    }

    private Task<bool> Do(Action<DateTimeOffset> action, CancellationToken cancel) => Do(
        now =>
        {
            action(now);
            return true;
        },
        cancel);

    // Changing the timer only when the first entry changes keeps a start of a pod free of timer work.
    private void Arm()
    {
        var next = _node.NextDue;
        if (next == _armedFor)
            return;
        _armedFor = next;
        _timer.Change(next is { } due ? DueTimer.Bounded(due - _steady.GetUtcNow()) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
