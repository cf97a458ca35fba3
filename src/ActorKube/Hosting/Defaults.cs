using System.Net;

namespace ActorKube.Hosting;

/// <summary>Facts that several components have to agree on.</summary>
internal static class Defaults
{
    /// <summary>Cluster address of the <c>kubernetes</c> service: the first of the default service range 10.96.0.0/12.</summary>
    public static readonly IPAddress KubernetesService = IPAddress.Parse("10.96.0.1");

    /// <summary>Port of the Kubernetes API.</summary>
    public const int ApiPort = 6443;

    /// <summary>Port of Akka remoting in processes of a cluster of machines.</summary>
    public const int ClusterPort = 2552;
}
