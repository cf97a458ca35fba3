using Akka.Actor.Setup;

namespace ActorKube.Store.Actors;

/// <summary>The clock by which an embedded journal says when entries were made: journals are made by the actor system, which has no other way to hand them one.</summary>
/// <param name="time">The clock.</param>
internal sealed class JournalClock(TimeProvider time) : Setup
{
    /// <summary>The clock.</summary>
    public TimeProvider Time => time;
}
