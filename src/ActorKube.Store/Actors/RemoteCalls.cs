using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Inboxes;
using ActorKube.Protocol.Store;
using ActorKube.Store.Views;
using ActorKube.Store.Writing;
using Akka.Actor;

namespace ActorKube.Store.Actors;

/// <summary>
/// Writes and questions of a replica on their way to the owner. Results of writes are handed out only when the replica has reached their revision, so that a
/// caller finds its own write in every later read of this process. While the owner is silent nothing is sent: what a region sends to a process that has died is lost. Owned by the
/// replica actor; not thread-safe.
/// </summary>
internal sealed class RemoteCalls(string resource, IActorRef region, IActorRef self)
{
    /// <summary>Bytes of content in one message.</summary>
    private const int BatchSize = 256 << 10;

    /// <summary>Seconds after which an unanswered call is given up.</summary>
    private const int Patience = 15;

    private readonly Dictionary<long, WriteBatch> _writes = [];
    private readonly Dictionary<long, Question> _questions = [];
    private readonly PriorityQueue<(WriteBatch Batch, ForwardedResults Results), long> _ahead = new();
    private long _last;
    private long _now;
    private long _silentSince;
    private Address? _owner;

    /// <summary>The owner speaks, from this address: what waits is sent, and questions are asked again, since the answers may have been lost.</summary>
    public void Resume(Address owner, ResourceAccess access)
    {
        _owner = owner;
        foreach (var number in _questions.Keys)
            region.Tell(new AskRevision(resource, number), self);
        Forward(access.Inbox);
        Ask(access.Barrier!);
    }

    /// <summary>The owner is silent: what comes from now on waits.</summary>
    public void Pause()
    {
        if (_owner is not null)
            _silentSince = _now;
        _owner = null;
    }

    /// <summary>The process at this address is no member any more, and will answer nothing.</summary>
    public void Gone(Address address)
    {
        foreach (var (number, batch) in _writes.Where(w => w.Value.Owner == address).ToArray())
        {
            _writes.Remove(number);
            batch.Lose();
        }
    }

    /// <summary>Sends everything that waits in an inbox, in messages of a bounded size, unless the owner is silent.</summary>
    public void Forward(Inbox<PendingWrite> inbox)
    {
        if (_owner is null)
            return;
        inbox.Open();
        var batch = new List<PendingWrite>();
        var size = 0;
        while (inbox.TryTake(out var write))
        {
            batch.Add(write);
            size += write.Size;
            if (size < BatchSize)
                continue;
            Send(batch);
            batch = [];
            size = 0;
        }
        if (batch.Count > 0)
            Send(batch);
    }

    /// <summary>Asks the owner for its revision, for all reads that wait, unless it is silent.</summary>
    public void Ask(ReadBarrier barrier)
    {
        if (_owner is null)
            return;
        if (barrier.Take() is not { } reads)
            return;
        _questions.Add(++_last, new Question(reads, _now));
        region.Tell(new AskRevision(resource, _last), self);
    }

    public void Take(RevisionIs answer)
    {
        if (_questions.Remove(answer.Question, out var question))
            question.Reads.TrySetResult(answer.Revision);
    }

    public void Take(ForwardedResults results, long reached)
    {
        if (!_writes.Remove(results.Batch, out var batch))
            return;
        var needed = results.Results.Where(r => r.Fate == WriteFate.Decided).Select(r => r.Revision).DefaultIfEmpty(0).Max();
        _ahead.Enqueue((batch, results), needed);
        Reached(reached);
    }

    /// <summary>The replica is at this revision.</summary>
    public void Reached(long revision)
    {
        while (_ahead.TryPeek(out var answered, out var needed) && needed <= revision)
        {
            _ahead.Dequeue();
            answered.Batch.Complete(answered.Results);
        }
    }

    /// <summary>A second has passed. What has waited too long for an owner to speak is given back: certainly nothing has happened.</summary>
    public void Age(ResourceAccess? access)
    {
        _now++;
        if (access is not null && _owner is null && _now - _silentSince > Patience)
        {
            access.Inbox.Open();
            while (access.Inbox.TryTake(out var write))
                write.Lose(mayHaveHappened: false);
            access.Barrier!.Take()?.TrySetException(Unanswered());
        }
        foreach (var (number, batch) in _writes.Where(w => _now - w.Value.SentAt > Patience).ToArray())
        {
            _writes.Remove(number);
            batch.Lose();
        }
        foreach (var (number, question) in _questions.Where(q => _now - q.Value.SentAt > Patience).ToArray())
        {
            _questions.Remove(number);
            question.Reads.TrySetException(Unanswered());
        }
    }

    /// <summary>The replica stops: results that are known are handed out, the others are unknown.</summary>
    public void Close()
    {
        Reached(long.MaxValue);
        foreach (var batch in _writes.Values)
            batch.Lose();
        foreach (var question in _questions.Values)
            question.Reads.TrySetCanceled();
        _writes.Clear();
        _questions.Clear();
    }

    private void Send(List<PendingWrite> writes)
    {
        _writes.Add(++_last, new WriteBatch(writes, _now, _owner!));
        region.Tell(new ForwardWrites(resource, _last, writes.ConvertAll(w => w.Command)), self);
    }

    private ApiException Unanswered() => ApiErrors.ServiceUnavailable($"the owner of {resource} did not answer in time", retryAfterSeconds: 1);

    private sealed record Question(TaskCompletionSource<long> Reads, long SentAt);

    private sealed record WriteBatch(List<PendingWrite> Writes, long SentAt, Address Owner)
    {
        public void Lose() => Writes.ForEach(w => w.Lose(mayHaveHappened: true));

        public void Complete(ForwardedResults results)
        {
            for (var i = 0; i < Writes.Count; i++)
            {
                var result = i < results.Results.Count ? results.Results[i] : new ForwardedResult(WriteFate.Unknown, default, 0, default);
                if (result.Fate == WriteFate.Decided)
                    Writes[i].Complete(new WriteResult(result.Outcome, ObjectOf(Writes[i], result), result.Revision));
                else
                    Writes[i].Lose(mayHaveHappened: result.Fate == WriteFate.Unknown);
            }
        }

        private static StoredObject? ObjectOf(PendingWrite write, in ForwardedResult result) => (result.Outcome, write.Command) switch
        {
            (WriteOutcome.Committed, CreateObject create) => new StoredObject(create.Content.At(result.Revision), write.Head! with { Revision = result.Revision }),
            (WriteOutcome.Committed, ReplaceObject replace) => new StoredObject(replace.Content.At(result.Revision), write.Head! with { Revision = result.Revision }),
            _ => result.Json.IsEmpty ? null : StoredObject.Parse(result.Json),
        };
    }
}
