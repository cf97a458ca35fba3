using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Recording;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>What the scheduler's engine works with.</summary>
internal sealed record EngineServices
{
    /// <summary>Acts as the scheduler.</summary>
    public required IResourceClient Client { get; init; }

    /// <summary>The informers of this process.</summary>
    public required InformerFactory Informers { get; init; }

    /// <summary>Takes events to record, by the name of the profile that says so.</summary>
    public required Action<string, EventSpec> Record { get; init; }

    /// <summary>Takes entries of the decision log.</summary>
    public required Action<Decision> Log { get; init; }

    /// <summary>Told of writes that failed; the engine goes on by itself.</summary>
    public required Action<string, Exception> OnFault { get; init; }

    /// <summary>The clock and the timers.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Starts work beside the scheduler's thread.</summary>
    public Action<Func<Task>> Run { get; init; } = static work => _ = Task.Run(work);
}
