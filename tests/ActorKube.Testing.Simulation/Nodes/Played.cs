using ActorKube.Machinery.Reconciling;

namespace ActorKube.Testing.Simulation.Nodes;

/// <summary>Stand-ins for parts of a cluster that a long run is not about, for <see cref="SimulationOptions.Played"/>. Containers follow the same annotations and commands as on nodes.</summary>
public static class Played
{
    /// <summary>Pods run without being on a node, and without a scheduler. Those that end by themselves are told of once, at their end.</summary>
    public static IReconciler Pods() => new SimulatedKubelet("", "192.168.0.1") { AtOnce = true };

    /// <summary>Jobs end as their container does, without pods and without the job controller.</summary>
    public static IReconciler Jobs() => new PlayedJobs();
}
