using ActorKube.Api.Names;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Where a pod's files are on the node; the layout is upstream's.</summary>
/// <param name="Root">The agent's directory (upstream: <c>/var/lib/kubelet</c>).</param>
/// <param name="LogRoot">Directory of pod logs (upstream: <c>/var/log/pods</c>).</param>
internal sealed record PodPaths(string Root, string LogRoot)
{
    /// <summary>All pods' directories.</summary>
    public string Pods => Path.Combine(Root, "pods");

    /// <summary>A pod's own directory.</summary>
    public string Pod(string uid) => Path.Combine(Pods, uid);

    /// <summary>A pod's volumes of one plugin's kind.</summary>
    public string Volume(string uid, string plugin, string name) => Path.Combine(Volumes(uid, plugin), name);

    /// <summary>A pod's volumes of one kind.</summary>
    public string Volumes(string uid, string plugin) => Path.Combine(Pod(uid), "volumes", $"kubernetes.io~{plugin}");

    /// <summary>Directory of a container: termination messages.</summary>
    public string Container(string uid, string container) => Path.Combine(Pod(uid), "containers", container);

    /// <summary>The pod's hosts file.</summary>
    public string EtcHosts(string uid) => Path.Combine(Pod(uid), "etc-hosts");

    /// <summary>A pod's log directory.</summary>
    public string Logs(ObjectKey key, string uid) => Path.Combine(LogRoot, $"{key.Namespace}_{key.Name}_{uid}");

    /// <summary>A container's log, relative to the pod's log directory.</summary>
    public static string LogFile(string container, uint attempt) => $"{container}/{attempt}.log";
}
