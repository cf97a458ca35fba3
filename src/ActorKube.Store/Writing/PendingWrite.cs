using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.Store.Writing;

/// <summary>A write on its way to the resource actor, and whoever waits for its result.</summary>
internal abstract class PendingWrite
{
    protected PendingWrite(WriteCommand command)
    {
        Command = command;
        Head = ReadHead(command);
    }

    public WriteCommand Command { get; }

    /// <summary>Metadata of the new content, read on the caller's thread to keep that work off the actor; null for removals.</summary>
    public ObjectHead? Head { get; }

    /// <summary>
    /// Whether it takes an object out, or leads there: it marks one as deleted, or is about one that is marked, as what agents tell of a pod that ends and finalizers that go. Taken even where others are
    /// refused, for it makes room (ADR 0197).
    /// </summary>
    public bool EndsObject => Command is RemoveObject || (Command is ReplaceObject && Head!.Deleted is not null);

    /// <summary>Rough size, for limiting what is in flight.</summary>
    public int Size => Command switch
    {
        CreateObject create => create.Content.Json.Length,
        ReplaceObject replace => replace.Content.Json.Length,
        _ => 100,
    };

    public abstract void Complete(in WriteResult result);

    /// <summary>The actor stopped before the outcome was known.</summary>
    /// <param name="mayHaveHappened">False when it is certain that nothing was written.</param>
    public abstract void Lose(bool mayHaveHappened);

    private static ObjectHead? ReadHead(WriteCommand command)
    {
        var json = command switch
        {
            CreateObject create => create.Content.Json,
            ReplaceObject replace => replace.Content.Json,
            _ => default,
        };
        if (json.IsEmpty)
            return null;
        var head = ObjectHead.Read(json.Span);
        return head.Key == command.Key ? head : throw ApiErrors.Internal($"the content of {head.Key} was to be written as {command.Key}");
    }
}

/// <summary>A single write whose caller waits in this process.</summary>
internal sealed class SingleWrite(WriteCommand command) : PendingWrite(command)
{
    private static readonly Action<object?, CancellationToken> Leave = static (write, cancelled) => ((SingleWrite)write!)._result.TrySetCanceled(cancelled);
    private readonly TaskCompletionSource<WriteResult?> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The result; null when the write was certainly not carried out because the actor stopped. Fails with 504 when that is not known.</summary>
    public Task<WriteResult?> Result => _result.Task;

    /// <summary>Ends the waiting, not the write, when the caller gives up. Dispose of the result when there is one.</summary>
    public CancellationTokenRegistration Until(CancellationToken cancel) => cancel.UnsafeRegister(Leave, this);

    public override void Complete(in WriteResult result) => _result.TrySetResult(result);

    public override void Lose(bool mayHaveHappened)
    {
        if (mayHaveHappened)
            _result.TrySetException(UnknownOutcome());
        else
            _result.TrySetResult(null);
    }

    /// <summary>504: nobody knows whether the write is in the journal.</summary>
    public static ApiException UnknownOutcome() => ApiErrors.Timeout("the journal failed while the write was on its way; it may or may not have been carried out");
}

/// <summary>Several writes with one waiter.</summary>
internal sealed class WriteGroup
{
    private readonly Action<WriteGroup> _settled;
    private int _open;

    /// <param name="commands">The writes, in order.</param>
    /// <param name="settled">Called once, when every write has a fate.</param>
    public WriteGroup(IReadOnlyList<WriteCommand> commands, Action<WriteGroup> settled)
    {
        _settled = settled;
        _open = commands.Count;
        Results = new (WriteFate, WriteResult)[commands.Count];
        Writes = new PendingWrite[commands.Count];
        for (var i = 0; i < commands.Count; i++)
            Writes[i] = new Slot(commands[i], this, i);
    }

    public PendingWrite[] Writes { get; }

    public (WriteFate Fate, WriteResult Result)[] Results { get; }

    private void Settle(int index, WriteFate fate, in WriteResult result)
    {
        Results[index] = (fate, result);
        if (Interlocked.Decrement(ref _open) == 0)
            _settled(this);
    }

    private sealed class Slot(WriteCommand command, WriteGroup group, int index) : PendingWrite(command)
    {
        public override void Complete(in WriteResult result) => group.Settle(index, WriteFate.Decided, result);

        public override void Lose(bool mayHaveHappened) => group.Settle(index, mayHaveHappened ? WriteFate.Unknown : WriteFate.NotTaken, default);
    }
}

/// <summary>What is known of a write.</summary>
internal enum WriteFate
{
    /// <summary>Its outcome is certain.</summary>
    Decided,
    /// <summary>It has certainly not been carried out: the actor stopped before.</summary>
    NotTaken,
    /// <summary>It may or may not be in the journal.</summary>
    Unknown,
}
