using System.Data.Common;
using Akka.Event;

namespace ActorKube.Protocol.Persistence;

/// <summary>Tells in a sentence each what a journal did not do for an actor; the stack trace comes at debug. ADR 0193.</summary>
/// <param name="log">The actor's log.</param>
/// <param name="persistenceId">Whose journal it is.</param>
internal sealed class JournalNews(ILoggingAdapter log, string persistenceId)
{
    private const string UniqueViolation = "23505";

    /// <summary>A write failed, and nobody knows whether it happened.</summary>
    public void WriteFailed(Exception cause)
    {
        // What several actors write shares a transaction.
        if (IsConflict(cause))
            log.Warning("Another owner of {0}, or of something that was written with it, has written to the journal: this one stops and recovers", persistenceId);
        else
            log.Error("The journal did not take what {0} wrote, which stops and recovers: {1}", persistenceId, Told(cause));
        Details(cause);
    }

    /// <summary>The journal refused an event.</summary>
    public void WriteRejected(object @event, Exception cause)
    {
        log.Error("The journal refused a {0} of {1}, which stops and recovers: {2}", @event.GetType().Name, persistenceId, Told(cause));
        Details(cause);
    }

    /// <summary>What the journal has could not be read.</summary>
    public void RecoveryFailed(Exception cause)
    {
        log.Error("{0} could not be recovered from its journal, and tries again when it is asked for: {1}", persistenceId, Told(cause));
        Details(cause);
    }

    private void Details(Exception cause) => log.Debug(cause, "What the journal of {0} failed with", persistenceId);

    // What wraps a failure seldom says what failed.
    private static string Told(Exception cause) => cause is AggregateException { InnerExceptions: [var single] } ? Told(single) : cause.Message;

    // The owner before, or the next one, has used the number: what fences writes (D1).
    private static bool IsConflict(Exception? cause) => cause switch
    {
        null => false,
        DbException { SqlState: UniqueViolation } => true,
        AggregateException many => many.InnerExceptions.Any(IsConflict),
        _ => IsConflict(cause.InnerException),
    };
}
