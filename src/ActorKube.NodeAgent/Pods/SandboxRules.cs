using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Pods;

/// <summary>When a pod needs a new sandbox (upstream: <c>PodSandboxChanged</c>), and when it may not have one.</summary>
internal static class SandboxRules
{
    /// <summary>Whether the pod has no sandbox in which containers can be run.</summary>
    public static bool NeedsNew(PodView pod, PodSeen seen)
    {
        if (seen.Sandbox is not { Ready: true } newest)
            return true;
        for (var i = 1; i < seen.Sandboxes.Length; i++)
            if (seen.Sandboxes[i].Ready)
                return true;
        return newest.HostNetwork != pod.HostNetwork || (!newest.HostNetwork && newest.Ips.Length == 0);
    }

    /// <summary>Whether a pod that lost its sandbox starts over: one that never restarts does not, nor one whose containers are all done.</summary>
    public static bool MayHaveAnother(PodView pod, PodSeen seen)
    {
        if (seen.Containers.Length == 0)
            return true;
        if (pod.RestartPolicy == PodRestartPolicy.Never)
            return false;
        return pod.RestartPolicy == PodRestartPolicy.Always || !pod.Regular.All(c => seen.Latest(c.Name) is { Succeeded: true });
    }

    /// <summary>Whether a container of that name is in the sandbox.</summary>
    public static ContainerSeen? In(PodSeen seen, SandboxSeen sandbox, string name)
    {
        foreach (var container in seen.Containers)
            if (container.Name == name && container.SandboxId == sandbox.Id)
                return container;
        return null;
    }

    /// <summary>Whether any regular container was ever started in the sandbox: then the init containers have done their work there.</summary>
    public static bool WasInitialized(PodView pod, PodSeen seen, SandboxSeen sandbox)
    {
        foreach (var container in pod.Regular)
            if (In(seen, sandbox, container.Name) is { State: not ContainerState.Created })
                return true;
        return false;
    }
}
