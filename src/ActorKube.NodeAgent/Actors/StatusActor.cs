using System.Diagnostics.CodeAnalysis;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Pods.Status;
using ActorKube.NodeAgent.Hosting;
using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Actors;

/// <summary>
/// Writes the statuses of all pods of a node. Statuses wait a moment so that several changes of a pod become one patch; what waits goes together, and only so many messages are under way at
/// once. What cannot be written stays wanted and is tried again, so after a loss of the control plane the newest status of every pod arrives, and none of the ones between.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor releases what it owns in PostStop.")]
internal sealed class StatusActor : UntypedActor
{
    private const string FieldManager = "kubelet";
    private const string StatusWrites = "statuses";
    private const string Deletions = "deletions";
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    /// <summary>Bytes of patches after which a message is full.</summary>
    private const int FullMessage = 128 * 1024;

    private readonly IResourceClient _client;
    private readonly TimeProvider _time;
    private readonly TimeSpan _delay;
    private readonly int _parallel;
    private readonly ILogger _log;
    private readonly Dictionary<string, PodStatusEntry> _entries = [];
    private readonly Queue<PodStatusEntry> _queue = new();
    private readonly Outage _outage;
    private readonly CancellationTokenSource _stop = new();
    private ITimer? _timer;
    private bool _armed;
    private int _underWay;
    private int _failures;

    /// <summary>A writer.</summary>
    /// <param name="client">Where to write.</param>
    /// <param name="time">The clock.</param>
    /// <param name="delay">How long a status waits for company.</param>
    /// <param name="parallel">How many messages may be under way.</param>
    /// <param name="log">Learns of writes that the server refuses for good, and of times in which they fail.</param>
    public StatusActor(IResourceClient client, TimeProvider time, TimeSpan delay, int parallel, ILogger log)
    {
        _client = client;
        _time = time;
        _delay = delay;
        _parallel = parallel;
        _log = log;
        _outage = new Outage(time);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _timer?.Dispose();
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StatusProtocol.Begin begin:
                _entries[begin.Uid] = new PodStatusEntry(begin.Uid, begin.Key, begin.Shown);
                break;
            case StatusProtocol.Write write when _entries.TryGetValue(write.Uid, out var entry):
                entry.Wanted = write.Status;
                Enqueue(entry);
                break;
            case StatusProtocol.Observed observed when _entries.TryGetValue(observed.Uid, out var entry):
                Observe(entry, observed.Object);
                break;
            case StatusProtocol.Delete delete when _entries.TryGetValue(delete.Uid, out var entry):
                entry.DeleteFor = Sender;
                Enqueue(entry);
                break;
            case StatusProtocol.Forget forget:
                _entries.Remove(forget.Uid);
                break;
            case StatusProtocol.Flush:
                _armed = false;
                Drain();
                break;
            case StatusProtocol.Written written:
                Finish(written);
                break;
            case StatusProtocol.Deleted deleted:
                Finish(deleted);
                break;
            case StatusProtocol.Write or StatusProtocol.Observed or StatusProtocol.Delete:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Enqueue(PodStatusEntry entry)
    {
        if (entry.Queued || entry.Busy || IsDone(entry))
            return;
        entry.Queued = true;
        _queue.Enqueue(entry);
        if (_failures == 0)
            Arm(_delay);
    }

    // Whether there is anything to write is decided here; nobody pays for bytes of a patch that is not sent.
    private static bool IsDone(PodStatusEntry entry) => entry.DeleteFor is null && IsShown(entry);

    private static bool IsShown(PodStatusEntry entry) => entry.Wanted is null || (entry.Shown is not null && PodStatusPatch.Same(entry.Shown, entry.Wanted));

    private void Arm(TimeSpan delay)
    {
        if (_armed)
            return;
        if (delay == TimeSpan.Zero)
        {
            Drain();
            return;
        }
        _armed = true;
        _timer ??= _time.CreateTimer(static self => ((IActorRef)self!).Tell(StatusProtocol.Flush.Instance), Self, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(delay, Timeout.InfiniteTimeSpan);
    }

    private void Drain()
    {
        while (_underWay < _parallel && Take(withStatus: false) is { } entry)
        {
            _underWay++;
            _ = (IsShown(entry) ? DeleteAsync(entry) : WriteAsync(Gather(entry))).PipeTo(Self);
            if (_failures > 0)
                return;
        }
    }

    // The next pod that has something to be done; null when nothing waits, or when it is not to be a status.
    private PodStatusEntry? Take(bool withStatus)
    {
        while (_queue.TryPeek(out var entry))
        {
            var isDone = !_entries.TryGetValue(entry.Uid, out var current) || current != entry || IsDone(entry);
            if (!isDone && withStatus && IsShown(entry))
                return null;
            _queue.Dequeue();
            entry.Queued = false;
            if (isDone)
                continue;
            entry.Busy = true;
            return entry;
        }
        return null;
    }

    // As many as wait and fit; while writes fail, one.
    private List<StatusProtocol.StatusWrite> Gather(PodStatusEntry? entry)
    {
        var writes = new List<StatusProtocol.StatusWrite>();
        for (var bytes = 0; entry is not null; entry = _failures == 0 && writes.Count < ObjectPatch.MostTogether && bytes < FullMessage ? Take(withStatus: true) : null)
        {
            var patch = PodStatusPatch.Write(entry.Uid, entry.Shown, entry.Wanted!)!;
            writes.Add(new StatusProtocol.StatusWrite(entry.Uid, entry.Key, entry.Wanted!, patch));
            bytes += patch.Length;
        }
        return writes;
    }

    private async Task<object> WriteAsync(List<StatusProtocol.StatusWrite> writes)
    {
        try
        {
            var outcomes = await _client.PatchManyAsync(
                WellKnownResources.Pods, "status", PatchType.StrategicMerge, writes.ConvertAll(static w => new ObjectPatch(w.Key, w.Patch)), new WriteOptions { FieldManager = FieldManager }, _stop.Token);
            return new StatusProtocol.Written(writes, outcomes);
        }
        catch (Exception error)
        {
            return new StatusProtocol.Written(writes, writes.ConvertAll(_ => new PatchOutcome(0, error)));
        }
    }

    private async Task<object> DeleteAsync(PodStatusEntry entry)
    {
        try
        {
            await _client.DeleteAsync(ObjectAddress.Of(WellKnownResources.Pods, entry.Key), new DeleteOptions { GracePeriodSeconds = 0, Uid = entry.Uid }, _stop.Token);
            return new StatusProtocol.Deleted(entry.Uid, null);
        }
        catch (Exception error)
        {
            return new StatusProtocol.Deleted(entry.Uid, error);
        }
    }

    private void Finish(StatusProtocol.Written written)
    {
        Count(StatusWrites, [.. written.Outcomes.Select(static o => o.Failure)]);
        foreach (var (write, outcome) in written.Writes.Zip(written.Outcomes))
            Finish(write, outcome);
        Continue();
    }

    private void Finish(StatusProtocol.StatusWrite write, PatchOutcome outcome)
    {
        if (!_entries.TryGetValue(write.Uid, out var entry))
            return;
        entry.Busy = false;
        if (outcome.Failure is null || IsFinal(outcome.Failure))
        {
            // An object that is gone, or another incarnation, needs no status any more.
            entry.Shown = write.Status;
            entry.WrittenRevision = outcome.Revision;
        }
        if (entry.Unexamined is { } item)
        {
            entry.Unexamined = null;
            Observe(entry, item);
        }
        Enqueue(entry);
    }

    private void Finish(StatusProtocol.Deleted deleted)
    {
        Count(Deletions, [deleted.Error]);
        if (_entries.TryGetValue(deleted.Uid, out var entry))
        {
            entry.Busy = false;
            if (deleted.Error is null || IsFinal(deleted.Error))
            {
                entry.DeleteFor?.Tell(PodProtocol.ObjectDeleted.Instance);
                entry.DeleteFor = null;
            }
            Enqueue(entry);
        }
        Continue();
    }

    private void Count(string what, ReadOnlySpan<Exception?> errors)
    {
        _underWay--;
        Exception? lasting = null;
        var worked = false;
        foreach (var error in errors)
        {
            worked |= error is null;
            if (error is not null && !IsFinal(error))
                lasting ??= error;
            if (error is ApiException { Status.Reason: StatusReason.Forbidden or StatusReason.Invalid })
                Log.StatusRefused(_log, error.Message);
        }
        if (lasting is null)
            _failures = worked ? 0 : _failures;
        else
            _failures++;
        // A server whose disk is full still takes deletions: that one worked says nothing of the statuses.
        if ((lasting is null ? _outage.Worked(what) : _outage.Failed(what, lasting.Message)) is { } news)
            Log.Statuses(_log, _entries.Values.Count(e => !IsDone(e)), news);
    }

    // While writes fail one is tried at a time; the first that works opens the gate again.
    private void Continue()
    {
        if (_failures == 0)
        {
            Drain();
            return;
        }
        var pause = FirstRetry * Math.Pow(2, Math.Min(_failures - 1, 8));
        _armed = false;
        Arm(pause < LongestRetry ? pause : LongestRetry);
    }

    private void Observe(PodStatusEntry entry, StoredObject item)
    {
        if (entry.Busy)
        {
            entry.Unexamined = item;
            return;
        }
        if (item.Revision <= entry.WrittenRevision || entry.Wanted is null)
            return;
        entry.Shown = PodStatusReader.Read(PodReader.Read(item));
        Enqueue(entry);
    }

    private static bool IsFinal(Exception error) =>
        error is ApiException api && (api.Is(StatusReason.NotFound) || api.Is(StatusReason.Conflict) || api.Is(StatusReason.Invalid) || api.Is(StatusReason.Forbidden));
}
