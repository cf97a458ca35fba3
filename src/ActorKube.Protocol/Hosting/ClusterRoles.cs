namespace ActorKube.Protocol.Hosting;

/// <summary>Roles of processes in the cluster. The names are part of every process's settings: they never change.</summary>
public static class ClusterRoles
{
    /// <summary>Serves the API and hosts resources, controllers and the scheduler.</summary>
    public const string ControlPlane = "control-plane";

    /// <summary>Runs pods.</summary>
    public const string Node = "node";
}
