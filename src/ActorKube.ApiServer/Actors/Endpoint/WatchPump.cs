using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint;
using Akka.Actor;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.ApiServer.Actors.Endpoint;

/// <summary>Moves one watch to the other process in batches, never more than the window ahead of the reader.</summary>
internal sealed class WatchPump(IResourceClient client, long id, EndpointRequest request, IActorRef peer, IActorRef self, CancellationToken closing) : IDisposable
{
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(closing);
    private readonly SemaphoreSlim _window = new(Window);
    private long _sent;
    private long _taken;

    /// <summary>Number of the last batch sent.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>The reader has taken batches up to <paramref name="sequence"/>.</summary>
    public void Take(long sequence)
    {
        var before = _taken;
        if (sequence <= before || sequence > Sent)
            return;
        _taken = sequence;
        _window.Release((int)(sequence - before));
    }

    /// <summary>True when the reader has gone: it need not be told of the end.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Ends the watch.</summary>
    public void Stop()
    {
        IsStopped = true;
        _stop.Cancel();
    }

    /// <summary>To be called when <see cref="RunAsync"/> has completed.</summary>
    public void Dispose()
    {
        _stop.Dispose();
        _window.Dispose();
    }

    /// <summary>Runs until the watch ends. Never fails: a failure is part of the result.</summary>
    public async Task<WatchDone> RunAsync()
    {
        try
        {
            await PumpAsync();
            return new WatchDone(id, null);
        }
        catch (OperationCanceledException)
        {
            return new WatchDone(id, null);
        }
        catch (Exception failure)
        {
            return new WatchDone(id, failure);
        }
    }

    private async Task PumpAsync()
    {
        var options = new WatchOptions
        {
            ResourceVersion = request.ResourceVersion ?? "",
            LabelSelector = request.LabelSelector,
            FieldSelector = request.FieldSelector,
            AllowBookmarks = request.AllowBookmarks,
            SendInitialEvents = request.SendInitialEvents,
            TimeoutSeconds = request.TimeoutSeconds,
        };
        var events = client.WatchAsync(request.Address.Resource, request.InNamespace ? request.Address.Namespace : null, options, _stop.Token).GetAsyncEnumerator(_stop.Token);
        await using var disposal = events.ConfigureAwait(false);
        var more = await events.MoveNextAsync();
        while (more)
        {
            // What has arrived by now goes in one message, up to the size of a part.
            var batch = new List<WatchEvent>();
            var bytes = 0;
            Task<bool> next;
            bool isReady;
            do
            {
                batch.Add(events.Current);
                bytes += events.Current.Object?.Json.Length ?? 0;
                next = events.MoveNextAsync().AsTask();
                isReady = next.IsCompleted && bytes < PartBytes;
                if (isReady)
                    more = await next;
            }
            while (isReady && more);
            await _window.WaitAsync(_stop.Token);
            // Told first, counted then: a head must never speak of what is still to be sent.
            peer.Tell(new Changes(id, _sent + 1, batch), self);
            Interlocked.Increment(ref _sent);
            if (!isReady)
                more = await next;
        }
    }
}
