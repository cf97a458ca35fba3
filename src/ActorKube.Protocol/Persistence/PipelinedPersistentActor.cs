using Akka.Actor;
using Akka.Persistence;

namespace ActorKube.Protocol.Persistence;

/// <summary>
/// A persistent actor that decides its next command while earlier events are still on their way to the journal. Commands are decided against
/// tentative state (committed state plus events in flight); effects, answers included, happen in order once an event is durable. When the journal fails
/// or rejects an event the actor stops: tentative state is gone, everything in flight is told so, and recovery replays what is durable.
/// </summary>
public abstract class PipelinedPersistentActor : UntypedPersistentActor
{
    private readonly Queue<Entry> _inFlight = new();
    private readonly Action<object> _persisted;
    private long _assigned;
    private bool _draining;

    /// <summary>Creates the actor.</summary>
    protected PipelinedPersistentActor() => _persisted = _ => OnPersisted();

    /// <summary>Sequence number that the next event gets.</summary>
    protected long NextSequenceNr => _assigned + 1;

    /// <summary>Number of events on their way to the journal.</summary>
    protected int EventsInFlight { get; private set; }

    /// <summary>Sum of the sizes given to <see cref="Pipeline"/> of the events on their way to the journal.</summary>
    protected long BytesInFlight { get; private set; }

    /// <summary>True once the actor has been asked to finish: what is in flight is carried to its end, new commands have to be declined.</summary>
    protected bool Draining => _draining;

    /// <summary>Writes an event with the number <see cref="NextSequenceNr"/> and goes on at once.</summary>
    /// <param name="journalEvent">The event.</param>
    /// <param name="size">Its size in bytes, for <see cref="BytesInFlight"/>.</param>
    /// <param name="effect">What happens when it is durable, or lost.</param>
    protected void Pipeline(object journalEvent, int size, IPipelinedEffect effect)
    {
        _assigned++;
        EventsInFlight++;
        BytesInFlight += size;
        _inFlight.Enqueue(new Entry(effect, size, IsEvent: true));
        PersistAsync(journalEvent, _persisted);
    }

    /// <summary>Runs an effect that depends on tentative state, but writes nothing, as soon as everything now in flight is durable.</summary>
    protected void AfterInFlight(IPipelinedEffect effect)
    {
        if (_inFlight.Count == 0)
            Carry(new Entry(effect, 0, IsEvent: false));
        else
            _inFlight.Enqueue(new Entry(effect, 0, IsEvent: false));
    }

    /// <inheritdoc/>
    protected sealed override void OnCommand(object message)
    {
        if (message is Drain)
            BeginDraining();
        else
            OnPipelinedCommand(message);
    }

    /// <summary>Handles a command. <see cref="Drain"/> never gets here.</summary>
    protected abstract void OnPipelinedCommand(object message);

    /// <summary>Called once, when the actor has been asked to finish, before it waits for what is in flight: what it begins from now on would only put off its end.</summary>
    protected virtual void OnDraining()
    {
    }

    /// <summary>Recovery is complete; events may be written from now on.</summary>
    protected abstract void OnRecovered();

    /// <summary>Takes over one replayed event or a snapshot offer.</summary>
    protected abstract void OnReplayed(object message);

    /// <inheritdoc/>
    protected sealed override void OnRecover(object message)
    {
        if (message is RecoveryCompleted)
        {
            _assigned = LastSequenceNr;
            OnRecovered();
        }
        else
        {
            OnReplayed(message);
        }
    }

    // The methods below tell what the base class would tell with a stack trace each.
    /// <summary>The journal does not know whether it wrote: the base class stops the actor after this.</summary>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        News.WriteFailed(cause);
        LoseInFlight();
    }

    /// <summary>The journal did not write this event; it has used up a number, and what was decided after it is void.</summary>
    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        News.WriteRejected(@event, cause);
        if (_inFlight.TryDequeue(out var rejected))
            rejected.Effect.Lost(mayHaveHappened: false);
        LoseInFlight();
        Context.Stop(Self);
    }

    /// <summary>What the journal has could not be read: the base class stops the actor after this.</summary>
    protected override void OnRecoveryFailure(Exception reason, object? message = null) => News.RecoveryFailed(reason);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        LoseInFlight();
        base.PostStop();
    }

    private JournalNews News => new(Log, PersistenceId);

    private void OnPersisted()
    {
        // Whatever arrives after a loss belongs to effects that have been told already.
        if (!_inFlight.TryDequeue(out var entry))
            return;
        EventsInFlight--;
        BytesInFlight -= entry.Size;
        Carry(entry);
        while (_inFlight.TryPeek(out var next) && !next.IsEvent)
            Carry(_inFlight.Dequeue());
        StopWhenDrained();
    }

    // An effect that fails takes the actor with it, and whoever waits for it is told so like everybody behind it.
    private static void Carry(in Entry entry)
    {
        try
        {
            entry.Effect.Durable();
        }
        catch
        {
            entry.Effect.Lost(mayHaveHappened: entry.IsEvent);
            throw;
        }
    }

    private void LoseInFlight()
    {
        while (_inFlight.TryDequeue(out var entry))
            entry.Effect.Lost(mayHaveHappened: entry.IsEvent);
        EventsInFlight = 0;
        BytesInFlight = 0;
    }

    private void BeginDraining()
    {
        if (_draining)
            return;
        _draining = true;
        OnDraining();
        StopWhenDrained();
    }

    private void StopWhenDrained()
    {
        if (_draining && _inFlight.Count == 0)
            Context.Stop(Self);
    }

    private readonly record struct Entry(IPipelinedEffect Effect, int Size, bool IsEvent);
}

/// <summary>What follows from a decision once it is durable.</summary>
public interface IPipelinedEffect
{
    /// <summary>The event, and every event before it, is in the journal: evolve the committed state, publish, answer.</summary>
    void Durable();

    /// <summary>The actor stops before the outcome is known, or because <see cref="Durable"/> failed.</summary>
    /// <param name="mayHaveHappened">False when it is certain that nothing was written.</param>
    void Lost(bool mayHaveHappened);
}

/// <summary>
/// Asks a <see cref="PipelinedPersistentActor"/> to finish what is in flight and stop: the hand-off message of its shard region. The default, a poison
/// pill, would drop the callbacks of pending writes.
/// </summary>
public sealed class Drain : INoSerializationVerificationNeeded
{
    /// <summary>The message.</summary>
    public static readonly Drain Instance = new();

    private Drain()
    {
    }
}
