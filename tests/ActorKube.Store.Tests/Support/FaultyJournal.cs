using System.Collections.Immutable;
using ActorKube.Store.Hosting;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace ActorKube.Store.Tests.Support;

/// <summary>What goes wrong with the write that contains a chosen sequence number. Each fault strikes once.</summary>
public enum JournalFault
{
    /// <summary>The write fails and nothing is written.</summary>
    Fail,
    /// <summary>The write is carried out, but reported as failed.</summary>
    FailAfterWriting,
    /// <summary>The journal refuses this one event.</summary>
    Reject,
    /// <summary>The write never completes.</summary>
    Hang,
}

/// <summary>The faults of one actor system's journal.</summary>
public sealed class JournalFaults : Setup
{
    private readonly Dictionary<long, JournalFault> _faults = [];

    public void Strike(long sequenceNr, JournalFault fault)
    {
        lock (_faults)
            _faults[sequenceNr] = fault;
    }

    public bool TryTake(IEnumerable<AtomicWrite> writes, out long sequenceNr, out JournalFault fault)
    {
        lock (_faults)
            foreach (var write in writes)
                if (_faults.Remove(sequenceNr = write.LowestSequenceNr, out fault))
                    return true;
        (sequenceNr, fault) = (0, default);
        return false;
    }

    /// <summary>A journal in memory that has these faults.</summary>
    public JournalChoice Journal => new Choice(this);

    private sealed record Choice(JournalFaults Faults) : JournalChoice
    {
        internal override Config Config() => ConfigurationFactory.ParseString(
            $$"""
            akka.loglevel = OFF
            akka.persistence.journal.faulty {
              class = "{{typeof(FaultyJournal).AssemblyQualifiedName}}"
              plugin-dispatcher = "akka.actor.default-dispatcher"
              circuit-breaker { max-failures = 100, call-timeout = 300ms, reset-timeout = 100ms }
            }
            """).WithFallback(Plugins("akka.persistence.journal.faulty", "akka.persistence.snapshot-store.inmem"));

        internal override Setup Setup() => Faults;
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
            case JournalFault.Reject:
                await base.WriteMessagesAsync(writes.Where(w => w.LowestSequenceNr != number), cancellationToken);
                return [.. writes.Select(w => w.LowestSequenceNr == number ? new ArgumentException("not to be written") : null!)];
            case JournalFault.Hang:
                await new TaskCompletionSource().Task;
                return ImmutableList<Exception>.Empty;
            default:
                throw new InvalidOperationException($"Unknown fault {fault}.");
        }
    }
}
