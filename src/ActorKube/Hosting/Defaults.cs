namespace ActorKube.Hosting;

/// <summary>Facts that several components have to agree on.</summary>
internal static class Defaults
{
    /// <summary>Port of the Kubernetes API.</summary>
    public const int ApiPort = 6443;

    /// <summary>Port of Akka remoting in processes of a cluster of machines.</summary>
    public const int ClusterPort = 2552;
}
