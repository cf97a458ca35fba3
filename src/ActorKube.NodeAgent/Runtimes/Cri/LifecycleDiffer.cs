namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>
/// Turns lists into events: remembers what was last seen and tells what has changed since. A container that came and went between two lists is never seen; one that ended
/// is, because only its owner removes it.
/// </summary>
internal sealed class LifecycleDiffer
{
    private Dictionary<string, SandboxInfo> _sandboxes = [];
    private Dictionary<string, ContainerInfo> _containers = [];

    /// <summary>The changes since the last call.</summary>
    /// <param name="containers">All containers, listed <em>before</em> the sandboxes.</param>
    /// <param name="sandboxes">All sandboxes. A container without a sandbox here was removed with it between the two lists.</param>
    public List<RuntimeEvent> Observe(IReadOnlyList<ContainerInfo> containers, IReadOnlyList<SandboxInfo> sandboxes)
    {
        var events = new List<RuntimeEvent>();
        var nowSandboxes = sandboxes.ToDictionary(s => s.Id);
        var nowContainers = containers.Where(c => nowSandboxes.ContainsKey(c.SandboxId)).ToDictionary(c => c.Id);

        foreach (var sandbox in nowSandboxes.Values)
        {
            if (_sandboxes.GetValueOrDefault(sandbox.Id)?.State != sandbox.State)
                events.Add(new(LifecycleEvents.For(sandbox.State), sandbox.Metadata.Uid, sandbox.Id, ""));
        }
        foreach (var container in nowContainers.Values)
        {
            if (_containers.GetValueOrDefault(container.Id)?.State != container.State)
                events.Add(new(LifecycleEvents.For(container.State), nowSandboxes[container.SandboxId].Metadata.Uid, container.SandboxId, container.Id));
        }
        foreach (var gone in _containers.Values.Where(c => !nowContainers.ContainsKey(c.Id)))
            events.Add(new(RuntimeEventKind.ContainerRemoved, _sandboxes[gone.SandboxId].Metadata.Uid, gone.SandboxId, gone.Id));
        foreach (var gone in _sandboxes.Values.Where(s => !nowSandboxes.ContainsKey(s.Id)))
            events.Add(new(RuntimeEventKind.SandboxRemoved, gone.Metadata.Uid, gone.Id, ""));

        _sandboxes = nowSandboxes;
        _containers = nowContainers;
        return events;
    }
}
