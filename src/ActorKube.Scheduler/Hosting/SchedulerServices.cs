using ActorKube.Api.Users;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;

namespace ActorKube.Scheduler.Hosting;

/// <summary>What the scheduler of one workspace needs from the process it runs in.</summary>
public sealed record SchedulerServices
{
    /// <summary>The user that <see cref="Client"/> has to act as: upstream's bootstrap policy knows what it may do.</summary>
    public const string User = WellKnownUsers.Scheduler;

    /// <summary>The workspace.</summary>
    public string Workspace { get; init; } = Protocol.Store.ResourceId.RootWorkspace;

    /// <summary>Acts as <see cref="User"/>.</summary>
    public required IResourceClient Client { get; init; }

    /// <summary>Informers to share with others in this process, which saves a second copy of all pods; null to have own ones.</summary>
    public InformerFactory? Informers { get; init; }

    /// <summary>The clock and the timers.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Source of chance in [0, 1): it decides between equally good nodes.</summary>
    public required Func<double> Random { get; init; }
}
