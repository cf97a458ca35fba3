using ActorKube.Controllers.Shell;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Reconciling;
using ActorKube.Testing.Fakes;

namespace ActorKube.Controllers.Tests.Harness;

/// <summary>What a controller alone, with a cluster in memory, works with.</summary>
internal static class TestRuntime
{
    /// <summary>A runtime without tenures, whose events nobody records.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="time">The clock and the timers.</param>
    /// <param name="reconciler">Makes the deciding half.</param>
    /// <param name="informers">Informers that outlive the controller; null for its own.</param>
    public static ControllerRuntime Of(MemoryCluster cluster, TimeProvider time, Func<IReconciler> reconciler, InformerFactory? informers = null) => new()
    {
        CreateReconciler = reconciler,
        Informers = informers ?? new InformerFactory(cluster, new InformerOptions(), time),
        Reader = cluster,
        Client = cluster,
        Record = static _ => { },
        Catalog = new FixedCatalog(),
        Time = time,
        Settings = new ControllerSettings(),
    };
}
