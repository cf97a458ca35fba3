using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Scheduler.Scheduling;

namespace ActorKube.Scheduler.Actors;

/// <summary>Messages of the scheduler, a cluster singleton.</summary>
public static class SchedulerProtocol
{
    /// <summary>The scheduler of a workspace: its persistence id. It never changes.</summary>
    public static string IdOf(string workspace) => $"{workspace}/scheduler";

    /// <summary>Name of the singleton of a workspace.</summary>
    public static string SingletonName(string workspace) => $"scheduler-{workspace}";

    /// <summary>A message that crosses processes.</summary>
    public interface ISchedulerMessage;

    /// <summary>Asks for the decision log; answered with <see cref="DecisionsRead"/>.</summary>
    /// <param name="About">Only decisions about this pod; null for all.</param>
    /// <param name="Since">Only decisions from then on; null for all.</param>
    public sealed record ReadDecisions(ObjectKey? About, DateTimeOffset? Since) : ISchedulerMessage;

    /// <summary>The decisions asked for, oldest first.</summary>
    /// <param name="Decisions">The decisions.</param>
    public sealed record DecisionsRead(ImmutableArray<Decision> Decisions) : ISchedulerMessage;

    /// <summary>Journal: a scheduler began its time; its bindings carry this number.</summary>
    internal sealed record EpochBegan(long Epoch) : ISchedulerMessage;

    /// <summary>Journal: decisions of an epoch.</summary>
    internal sealed record DecisionsTaken(long Epoch, DecisionBatch Batch) : ISchedulerMessage;
}
