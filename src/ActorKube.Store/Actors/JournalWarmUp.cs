using ActorKube.Protocol.Store;
using Akka.Actor;
using Akka.Persistence;

namespace ActorKube.Store.Actors;

/// <summary>
/// Reads one resource from the journal as its actor would, and ends. A server that joins others hosts nothing at first: without this it reads for the first time when it takes over what a dead one hosted, and reading for the first
/// time (queries and connections are made, code is compiled) takes one to two seconds on a busy machine. Writes nothing. ADR 0132.
/// </summary>
internal sealed class JournalWarmUp : UntypedPersistentActor
{
    // A resource of few events, which every cluster has.
    private static readonly ResourceId Sample = ResourceId.Parse("root//namespaces");

    /// <inheritdoc/>
    public override string PersistenceId { get; } = Sample.ToString();

    /// <summary>Creates the actor.</summary>
    public static Props Props() => Akka.Actor.Props.Create(() => new JournalWarmUp());

    /// <inheritdoc/>
    protected override void OnRecover(object message)
    {
        if (message is RecoveryCompleted)
            Context.Stop(Self);
    }

    /// <inheritdoc/>
    protected override void OnCommand(object message) => Unhandled(message);

    // Whoever needs the journal next will say that it does not answer.
    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
    }
}
