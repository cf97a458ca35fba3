using System.Collections.Immutable;
using System.Threading.Channels;
using ActorKube.Api.Names;
using ActorKube.Scheduler.Scheduling;

namespace ActorKube.Scheduler.Hosting;

/// <summary>
/// A scheduler without a cluster, for tests and simulated clusters: the same engine on a loop of its own. Its decision log is in memory, and its bindings carry an epoch only if one
/// is given; there must be no second scheduler.
/// </summary>
public sealed class InProcessScheduler : IAsyncDisposable
{
    private readonly Channel<object> _mail = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SchedulerParts _parts;
    private readonly SchedulerEngine _engine;
    private readonly DecisionLog _log;
    private readonly Lock _logGate = new();
    private readonly Task _loop;
    private long _batches;

    private InProcessScheduler(SchedulerServices services, SchedulerOptions options, Action<string, Exception> onFault, long? epoch)
    {
        _log = new DecisionLog(options.Settings.DecisionsKept);
        _parts = new SchedulerParts(services, options, onFault);
        _engine = _parts.CreateEngine(epoch, Log, message => _mail.Writer.TryWrite(message));
        _loop = RunAsync();
    }

    /// <summary>Starts a scheduler.</summary>
    /// <param name="services">What it works with.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="onFault">Told of what goes wrong outside; it goes on by itself.</param>
    /// <param name="epoch">Epoch that bindings carry; null for none.</param>
    public static InProcessScheduler Start(SchedulerServices services, SchedulerOptions options, Action<string, Exception> onFault, long? epoch = null) =>
        new(services, options, onFault, epoch);

    /// <summary>Ends when the scheduler was disposed of, or has heard of a newer one; fails if it broke.</summary>
    public Task Completion => _loop;

    /// <summary>Decisions about a pod (or all) from a time on (or all), oldest first.</summary>
    public ImmutableArray<Decision> Decisions(ObjectKey? pod = null, DateTimeOffset? since = null)
    {
        lock (_logGate)
            return _log.Read(pod, since);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _mail.Writer.TryComplete();
        await _loop;
        await _parts.DisposeAsync();
    }

    private async Task RunAsync()
    {
        using var engine = _engine;
        engine.Start();
        await foreach (var message in _mail.Reader.ReadAllAsync())
        {
            engine.Handle(message);
            if (engine.Superseded)
                return;
        }
    }

    private void Log(Decision decision)
    {
        var batch = DecisionBatch.Encode([decision]);
        lock (_logGate)
            _log.Add(_batches++, batch);
    }
}
