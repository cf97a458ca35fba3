using System.Collections.Immutable;
using System.Data.Common;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorKube.Testing.Faults;

/// <summary>What goes wrong with the write that contains a chosen sequence number. Each fault strikes once.</summary>
public enum JournalFault
{
    /// <summary>The write fails and nothing is written.</summary>
    Fail,
    /// <summary>The write is carried out, but reported as failed.</summary>
    FailAfterWriting,
    /// <summary>Another owner has used the number.</summary>
    Conflict,
    /// <summary>The journal refuses this one event.</summary>
    Reject,
    /// <summary>The write never completes.</summary>
    Hang,
    /// <summary>The write waits until the test lets it go.</summary>
    Hold,
}

/// <summary>The faults of one actor system's journal.</summary>
public sealed class JournalFaults : Setup
{
    /// <summary>Id of the journal's plugin.</summary>
    public const string PluginId = "akka.persistence.journal.faulty";

    private readonly Dictionary<long, JournalFault> _faults = [];

    /// <summary>How long is waited for a write before it counts as failed.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(300);

    public void Strike(long sequenceNr, JournalFault fault)
    {
        lock (_faults)
            _faults[sequenceNr] = fault;
    }

    /// <summary>Holds a write back; what comes after it waits too.</summary>
    public HeldWrite Hold(long sequenceNr)
    {
        Strike(sequenceNr, JournalFault.Hold);
        return Held = new HeldWrite();
    }

    public HeldWrite? Held { get; private set; }

    public bool TryTake(IEnumerable<AtomicWrite> writes, out long sequenceNr, out JournalFault fault)
    {
        lock (_faults)
            foreach (var write in writes)
                if (_faults.Remove(sequenceNr = write.LowestSequenceNr, out fault))
                    return true;
        (sequenceNr, fault) = (0, default);
        return false;
    }

    /// <summary>Settings that make a journal in memory with these faults the default.</summary>
    public Config Settings => ConfigurationFactory.ParseString(
        $$"""
        akka.persistence.journal.plugin = "{{PluginId}}"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        {{PluginId}} {
          class = "{{typeof(FaultyJournal).AssemblyQualifiedName}}"
          plugin-dispatcher = "akka.actor.default-dispatcher"
          circuit-breaker { max-failures = 100, call-timeout = {{Patience.TotalMilliseconds}}ms, reset-timeout = 100ms }
        }
        """);
}

/// <summary>A write that the journal holds back.</summary>
public sealed class HeldWrite
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Is over when the write has come to the journal.</summary>
    public Task Reached => _reached.Task;

    public void LetGo() => _go.SetResult();

    /// <summary>The write fails, because another owner has used its number meanwhile.</summary>
    public void Forestall() => _go.SetException(new NumberTakenException());

    internal Task WaitAsync()
    {
        _reached.SetResult();
        return _go.Task;
    }
}

/// <summary>A memory journal that fails on demand.</summary>
public sealed class FaultyJournal : MemoryJournal
{
    private readonly JournalFaults _faults = Context.System.Settings.Setup.Get<JournalFaults>().Value;

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToList();
        if (!_faults.TryTake(writes, out var number, out var fault))
            return await base.WriteMessagesAsync(writes, cancellationToken);
        switch (fault)
        {
            case JournalFault.Fail:
                throw new IOException("the disk is gone");
            case JournalFault.FailAfterWriting:
                await base.WriteMessagesAsync(writes, cancellationToken);
                throw new IOException("the answer is lost");
            case JournalFault.Conflict:
                throw new InvalidOperationException("the batch failed", new NumberTakenException());
            case JournalFault.Reject:
                await base.WriteMessagesAsync(writes.Where(w => w.LowestSequenceNr != number), cancellationToken);
                return [.. writes.Select(w => w.LowestSequenceNr == number ? new ArgumentException("not to be written") : null!)];
            case JournalFault.Hold:
                await _faults.Held!.WaitAsync();
                return await base.WriteMessagesAsync(writes, cancellationToken);
            case JournalFault.Hang:
                await new TaskCompletionSource().Task;
                return ImmutableList<Exception>.Empty;
            default:
                throw new InvalidOperationException($"Unknown fault {fault}.");
        }
    }
}

/// <summary>What a database says when a number is in the journal already, as PostgreSQL's driver does.</summary>
public sealed class NumberTakenException() : DbException("duplicate key value violates unique constraint \"journal_entry\"")
{
    public override string SqlState => "23505";
}
