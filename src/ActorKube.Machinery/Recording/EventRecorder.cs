using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;

namespace ActorKube.Machinery.Recording;

/// <summary>
/// Writes events behind its callers' backs: <see cref="Record"/> never waits and never fails. Events are for people and may be lost: when too many wait, the newest are
/// dropped, and a write that fails is retried a few times only.
/// </summary>
public sealed class EventRecorder : IAsyncDisposable
{
    private const int Waiting = 1000;
    private const int Attempts = 3;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly IResourceClient _client;
    private readonly EventSource _source;
    private readonly TimeProvider _time;
    private readonly EventRate? _rate;
    private readonly EventCorrelator _correlator;
    private readonly Channel<(EventSpec Spec, DateTimeOffset At, TimeSpan Uptime)> _queue = Channel.CreateBounded<(EventSpec, DateTimeOffset, TimeSpan)>(
        new BoundedChannelOptions(Waiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    /// <summary>A recorder that runs until disposed.</summary>
    /// <param name="client">Client of the component's own user.</param>
    /// <param name="source">Who speaks.</param>
    /// <param name="time">The clock.</param>
    /// <param name="rate">How many it may write; null for no limit beyond the one per object.</param>
    /// <param name="remembered">Number of objects and events that it remembers.</param>
    public EventRecorder(IResourceClient client, EventSource source, TimeProvider time, EventRate? rate = null, int remembered = EventCorrelator.DefaultCapacity)
    {
        _client = client;
        _source = source;
        _time = time;
        _rate = rate;
        _correlator = new EventCorrelator(new EventNames(source), remembered);
        _loop = RunAsync(_stop.Token);
    }

    /// <summary>Told of an event that is lost because it could not even be looked at; null when nobody wants to know.</summary>
    public Action<EventSpec, Exception>? OnFault { get; init; }

    /// <summary>Hands an event over.</summary>
    public void Record(EventSpec item) => _queue.Writer.TryWrite((item, _time.GetUtcNow(), _time.GetElapsedTime(0)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            // ReadAllAsync would leave the caller's context, which simulations on one thread live in.
            while (await _queue.Reader.WaitToReadAsync(cancel))
                while (_queue.Reader.TryRead(out var next))
                    if ((_rate is null || _rate.Take()) && Decide(next.Spec, next.At, next.Uptime) is { } decision)
                        await WriteAsync(next.Spec, decision, cancel);
        }
        catch (OperationCanceledException)
        {
            // Disposed: what still waits is lost, as events may be.
        }
    }

    // One event that makes no sense must not be the last.
    private EventDecision? Decide(EventSpec item, DateTimeOffset at, TimeSpan uptime)
    {
        try
        {
            return _correlator.Decide(item, at, uptime);
        }
        catch (Exception fault)
        {
            OnFault?.Invoke(item, fault);
            return null;
        }
    }

    private async Task WriteAsync(EventSpec item, EventDecision decision, CancellationToken cancel)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            try
            {
                await SendAsync(item, decision, cancel);
                return;
            }
            catch (ApiException taken) when (attempt == 1 && taken.Is(StatusReason.AlreadyExists))
            {
                decision = _correlator.Renew(item, decision);
            }
            catch (ApiException refused) when (refused.Status.Code is >= 400 and < 500 and not 429)
            {
                // The namespace goes away, the event is not valid, or an attempt before this one was carried out after all: trying again cannot help.
                return;
            }
            catch (Exception) when (!cancel.IsCancellationRequested)
            {
                await Task.Delay(RetryAfter, _time, cancel);
            }
        }
    }

    private async Task SendAsync(EventSpec item, EventDecision decision, CancellationToken cancel)
    {
        var address = new ObjectAddress(WellKnownResources.Events, EventEncoder.NamespaceOf(item), decision.Name);
        if (decision.Count > 1)
        {
            try
            {
                await _client.PatchAsync(address, PatchType.Merge, EventEncoder.Patch(decision), cancel: cancel);
                return;
            }
            catch (ApiException gone) when (gone.Is(StatusReason.NotFound))
            {
                decision = _correlator.Renew(item, decision);
                address = address with { Name = decision.Name };
            }
        }
        await _client.CreateAsync(address, EventEncoder.Create(item, decision, _source), cancel: cancel);
    }
}
