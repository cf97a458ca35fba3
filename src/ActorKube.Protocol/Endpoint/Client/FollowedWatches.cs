using System.Threading.Channels;
using static ActorKube.Protocol.Endpoint.Client.ConnectionMessages;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.Protocol.Endpoint.Client;

/// <summary>The watches of a session, each with the number of the last batch that arrived. Owned by one actor.</summary>
internal sealed class FollowedWatches
{
    private readonly Dictionary<long, Followed> _watches = [];

    /// <summary>Takes a watch in.</summary>
    public void Add(long id, ChannelWriter<FollowedBatch> output) => _watches.Add(id, new Followed(output));

    /// <summary>Forgets a watch whose reader has gone; its number, if it was there.</summary>
    public long? Remove(ChannelWriter<FollowedBatch> output)
    {
        foreach (var (id, watch) in _watches)
            if (watch.Output == output)
            {
                _watches.Remove(id);
                return id;
            }
        return null;
    }

    /// <summary>Hands a batch to its reader. Returns the watch's number when the batch does not follow the last one: the watch is then ended.</summary>
    public long? Receive(Changes changes)
    {
        if (!_watches.TryGetValue(changes.Id, out var watch))
            return null;
        if (changes.Sequence != watch.Sequence + 1 || !watch.Output.TryWrite(new FollowedBatch(changes.Id, changes.Sequence, changes.Events)))
            return End(changes.Id, watch);
        watch.Sequence++;
        return null;
    }

    /// <summary>Compares what was sent with what has arrived. Messages of one sender stay in order, so a head that is ahead means a loss.</summary>
    public long? Check(Head head) => _watches.TryGetValue(head.Id, out var watch) && head.Sequence > watch.Sequence ? End(head.Id, watch) : null;

    /// <summary>Ends a watch with the status it was given.</summary>
    public void Fail(Failed failed)
    {
        if (_watches.Remove(failed.Id, out var watch))
            watch.Output.TryComplete(failed.Status.IsEmpty ? null : PendingCalls.StatusOf(failed.Status));
    }

    /// <summary>Ends all watches in good order: their readers resume.</summary>
    public void EndAll()
    {
        foreach (var watch in _watches.Values)
            watch.Output.TryComplete();
        _watches.Clear();
    }

    private long End(long id, Followed watch)
    {
        _watches.Remove(id);
        watch.Output.TryComplete();
        return id;
    }

    private sealed class Followed(ChannelWriter<FollowedBatch> output)
    {
        public ChannelWriter<FollowedBatch> Output { get; } = output;

        public long Sequence { get; set; }
    }
}
