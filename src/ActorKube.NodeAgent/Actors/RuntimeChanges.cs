using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Actors;

/// <summary>Which of a pod's containers and sandboxes have to be looked at again. Events that say what is known already, echoes of our own actions mostly, cost nothing.</summary>
internal sealed class RuntimeChanges
{
    private Dictionary<string, string>? _containers;
    private HashSet<string>? _sandboxes;

    /// <summary>Takes an event in.</summary>
    /// <returns>What the runtime shows after events that need no look.</returns>
    public PodSeen Note(RuntimeEvent e, PodSeen seen)
    {
        switch (e.Kind)
        {
            case RuntimeEventKind.ContainerRemoved:
                _containers?.Remove(e.ContainerId);
                return seen.WithoutContainer(e.ContainerId);
            case RuntimeEventKind.SandboxRemoved:
                _sandboxes?.Remove(e.SandboxId);
                return seen.WithoutSandbox(e.SandboxId);
            case RuntimeEventKind.SandboxReady or RuntimeEventKind.SandboxStopped:
                if (seen.Sandboxes.FirstOrDefault(s => s.Id == e.SandboxId)?.Ready != (e.Kind == RuntimeEventKind.SandboxReady))
                    (_sandboxes ??= []).Add(e.SandboxId);
                return seen;
            case RuntimeEventKind.ContainerCreated or RuntimeEventKind.ContainerStarted or RuntimeEventKind.ContainerExited or RuntimeEventKind.ContainerUnknown:
                if (!IsKnown(e, seen))
                    (_containers ??= [])[e.ContainerId] = e.SandboxId;
                return seen;
            default:
                throw new InvalidOperationException($"Unknown runtime event {e.Kind}.");
        }
    }

    /// <summary>Whether there is nothing to look at.</summary>
    public bool IsEmpty => _containers is not { Count: > 0 } && _sandboxes is not { Count: > 0 };

    /// <summary>What to look at; null for nothing.</summary>
    public LookAgain? Take()
    {
        if (IsEmpty)
            return null;
        var look = new LookAgain(_containers is null ? [] : [.. _containers.Select(c => (c.Key, c.Value))], _sandboxes is null ? [] : [.. _sandboxes]);
        _containers = null;
        _sandboxes = null;
        return look;
    }

    /// <summary>Looks again at what could not be looked at.</summary>
    public void Retry(LookAgain look)
    {
        foreach (var (id, sandbox) in look.Containers)
            (_containers ??= []).TryAdd(id, sandbox);
        foreach (var id in look.Sandboxes)
            (_sandboxes ??= []).Add(id);
    }

    private static bool IsKnown(RuntimeEvent e, PodSeen seen)
    {
        var known = seen.Containers.FirstOrDefault(c => c.Id == e.ContainerId)?.State;
        return e.Kind switch
        {
            RuntimeEventKind.ContainerCreated => known is not null,
            RuntimeEventKind.ContainerStarted => known is ContainerState.Running or ContainerState.Exited,
            RuntimeEventKind.ContainerExited => known is ContainerState.Exited,
            _ => false,
        };
    }
}
