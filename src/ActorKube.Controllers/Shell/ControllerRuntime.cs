using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Protocol.Persistence;

namespace ActorKube.Controllers.Shell;

/// <summary>What a controller works with.</summary>
internal sealed record ControllerRuntime
{
    /// <summary>Makes the deciding half, anew for every incarnation: what it keeps is an index over what it has been told.</summary>
    public required Func<IReconciler> CreateReconciler { get; init; }

    /// <summary>The informers of this process.</summary>
    public required InformerFactory Informers { get; init; }

    /// <summary>May list whatever the informers list.</summary>
    public required IResourceClient Reader { get; init; }

    /// <summary>Acts as the controller's own service account.</summary>
    public required IResourceClient Client { get; init; }

    /// <summary>Makes the client of an incarnation, which writes with it instead of <see cref="Client"/>; null where there are no tenures.</summary>
    public Func<ITenuredClient>? CreateClient { get; init; }

    /// <summary>Takes events to record.</summary>
    public required Action<EventSpec> Record { get; init; }

    /// <summary>Answers calls to another system; null where there is none.</summary>
    public Func<OutsideCall, CancellationToken, Task<OutsideAnswer>>? Outside { get; init; }

    /// <summary>What the API serves.</summary>
    public required IResourceCatalog Catalog { get; init; }

    /// <summary>The clock and the timers.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>How the shell behaves.</summary>
    public required ControllerSettings Settings { get; init; }

    /// <summary>Counts what it does, over all its incarnations in this process.</summary>
    public ControllerMeter Meter { get; init; } = new();

    /// <summary>Starts reads and writes beside the controller's thread.</summary>
    public Action<Func<Task>> Run { get; init; } = static work => _ = Task.Run(work);

    /// <summary>Told how far the controller has come in this process.</summary>
    public Action<ControllerPhase> OnPhase { get; init; } = static _ => { };

    /// <summary>Journal; empty for the actor system's default.</summary>
    public string JournalPluginId { get; init; } = "";

    /// <summary>Snapshot store; empty for the actor system's default.</summary>
    public string SnapshotPluginId { get; init; } = "";

    /// <summary>How long journal and snapshot store are waited for.</summary>
    public Lazy<TimeSpan> PluginPatience { get; init; } = new(PersistencePlugins.Least);
}
