using System.Threading.Channels;
using ActorKube.Api.Errors;
using static ActorKube.Protocol.Endpoint.Client.ConnectionMessages;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.Protocol.Endpoint.Client;

/// <summary>The watches that wait for a session or run in one, each with the number of the last batch that arrived. Owned by one actor.</summary>
internal sealed class FollowedWatches(int max)
{
    private readonly Dictionary<long, Followed> _watches = [];
    private readonly Dictionary<ChannelWriter<FollowedBatch>, long> _ids = [];

    /// <summary>Takes a watch in; false when there are too many, which its reader is told.</summary>
    public bool Add(long id, Begin begin, DateTimeOffset deadline, bool sent)
    {
        if (_watches.Count >= max)
        {
            begin.Output.TryComplete(ApiErrors.TooManyRequests($"more than {max} watches are open", 1));
            return false;
        }
        _watches.Add(id, new Followed(begin, deadline) { IsSent = sent });
        _ids.Add(begin.Output, id);
        return true;
    }

    /// <summary>The watches not sent yet, in order; they count as sent from now on.</summary>
    public IEnumerable<(long Id, EndpointRequest Request)> Waiting()
    {
        foreach (var (id, watch) in _watches.Where(w => !w.Value.IsSent).OrderBy(w => w.Key).ToArray())
        {
            watch.IsSent = true;
            yield return (id, watch.Begin.Request);
        }
    }

    /// <summary>Forgets a watch whose reader has gone; its number, if it was there.</summary>
    public long? Remove(ChannelWriter<FollowedBatch> output)
    {
        if (!_ids.Remove(output, out var id))
            return null;
        _watches.Remove(id);
        return id;
    }

    /// <summary>Hands a batch to its reader. Returns the watch's number when the batch does not follow the last one: the watch is then ended.</summary>
    public long? Receive(Changes changes)
    {
        if (!_watches.TryGetValue(changes.Id, out var watch))
            return null;
        if (changes.Sequence != watch.Sequence + 1 || !watch.Begin.Output.TryWrite(new FollowedBatch(changes.Id, changes.Sequence, changes.Events)))
            return End(changes.Id, watch, null);
        watch.Sequence++;
        return null;
    }

    /// <summary>Compares what was sent with what has arrived. Messages of one sender stay in order, so a head that is ahead means a loss.</summary>
    public long? Check(Head head) => _watches.TryGetValue(head.Id, out var watch) && head.Sequence > watch.Sequence ? End(head.Id, watch, null) : null;

    /// <summary>Ends a watch with the status it was given.</summary>
    public void Fail(Failed failed)
    {
        if (_watches.TryGetValue(failed.Id, out var watch))
            End(failed.Id, watch, failed.Status.IsEmpty ? null : PendingCalls.StatusOf(failed.Status));
    }

    /// <summary>Ends the watches that no session could be had for in time.</summary>
    public void Expire(DateTimeOffset now)
    {
        foreach (var (id, watch) in _watches.Where(w => !w.Value.IsSent && w.Value.Deadline <= now).ToArray())
            End(id, watch, ApiErrors.ServiceUnavailable("the control plane cannot be reached"));
    }

    /// <summary>Ends the watches whose session is lost, in good order: their readers resume.</summary>
    public void EndSent()
    {
        foreach (var (id, watch) in _watches.Where(w => w.Value.IsSent).ToArray())
            End(id, watch, null);
    }

    private long End(long id, Followed watch, ApiException? failure)
    {
        _watches.Remove(id);
        _ids.Remove(watch.Begin.Output);
        watch.Begin.Output.TryComplete(failure);
        return id;
    }

    private sealed class Followed(Begin begin, DateTimeOffset deadline)
    {
        public Begin Begin { get; } = begin;

        public DateTimeOffset Deadline { get; } = deadline;

        public bool IsSent { get; set; }

        public long Sequence { get; set; }
    }
}
