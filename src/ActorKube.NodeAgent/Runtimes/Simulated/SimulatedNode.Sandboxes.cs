using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

internal sealed partial class SimulatedNode
{
    /// <summary>The pod-level script of a sandbox to be run.</summary>
    public static SimulationScript ScriptOf(SandboxConfig config) => ScriptAnnotations.Apply(SimulationScript.Default, config.Annotations, "");

    /// <summary>Creates a ready sandbox and gives its id.</summary>
    public string RunSandbox(SandboxConfig config, string handler, SimulationScript script, DateTimeOffset now)
    {
        var metadata = config.Metadata;
        if (script.SandboxError.Length > 0)
            throw new RuntimeException(RuntimeErrorKind.Unknown, script.SandboxError);
        if (handler.Length > 0 && !_options.Handlers.Contains(handler))
            throw new RuntimeException(RuntimeErrorKind.Unknown, $"no runtime for \"{handler}\" is configured");
        if (_sandboxNames.Contains((metadata.Uid, metadata.Attempt)))
            throw new RuntimeException(RuntimeErrorKind.Unknown, $"sandbox attempt {metadata.Attempt} of pod {metadata.Uid} exists already");

        var ips = config.Security.Namespaces.Network == NamespaceMode.Node ? [] : TakeAddresses();
        var sandbox = new SimulatedSandbox(NextId(), config, handler, Shown(now)) { Ips = ips };
        _sandboxNames.Add((metadata.Uid, metadata.Attempt));
        _sandboxes.Add(sandbox.Id, sandbox);
        Publish(RuntimeEventKind.SandboxReady, sandbox, "");
        return sandbox.Id;
    }

    /// <summary>Kills all containers of a sandbox and gives its addresses back; nothing happens when it is gone or stopped.</summary>
    public void StopSandbox(string id, DateTimeOffset now)
    {
        if (!_sandboxes.TryGetValue(id, out var sandbox) || sandbox.State == SandboxState.NotReady)
            return;
        foreach (var container in sandbox.Containers)
        {
            if (container.State == ContainerState.Running)
                End(container, now, KilledExitCode, "", "");
        }
        sandbox.State = SandboxState.NotReady;
        ReleaseAddresses(sandbox);
        Publish(RuntimeEventKind.SandboxStopped, sandbox, "");
    }

    /// <summary>Removes a sandbox with its containers; nothing happens when it is gone.</summary>
    public void RemoveSandbox(string id, DateTimeOffset now)
    {
        if (!_sandboxes.TryGetValue(id, out var sandbox))
            return;
        StopSandbox(id, now);
        foreach (var container in sandbox.Containers.ToArray())
            RemoveContainer(container.Id, now);
        _sandboxes.Remove(id);
        _sandboxNames.Remove((sandbox.Config.Metadata.Uid, sandbox.Config.Metadata.Attempt));
        Publish(RuntimeEventKind.SandboxRemoved, sandbox, "");
    }

    /// <summary>The sandbox; an error when there is none.</summary>
    public SimulatedSandbox Sandbox(string id) => _sandboxes.TryGetValue(id, out var sandbox) ? sandbox : throw NotFound("sandbox", id);

    /// <summary>The sandboxes that match.</summary>
    public IEnumerable<SimulatedSandbox> Sandboxes(SandboxFilter filter)
    {
        if (filter.Id is { } id)
            return _sandboxes.TryGetValue(id, out var sandbox) && sandbox.Matches(filter) ? [sandbox] : [];
        return _sandboxes.Values.Where(sandbox => sandbox.Matches(filter));
    }

    private ImmutableArray<string> TakeAddresses()
    {
        if (!IsNetworkReady)
            throw new RuntimeException(RuntimeErrorKind.Unknown, "failed to setup network for sandbox: the node has no pod range yet");
        var taken = ImmutableArray.CreateBuilder<string>(_pools.Count);
        try
        {
            foreach (var pool in _pools)
                taken.Add(pool.Take());
        }
        catch (RuntimeException)
        {
            for (var i = 0; i < taken.Count; i++)
                _pools[i].Release(taken[i]);
            throw;
        }
        return taken.MoveToImmutable();
    }

    private void ReleaseAddresses(SimulatedSandbox sandbox)
    {
        foreach (var ip in sandbox.Ips)
            _ = _pools.Exists(pool => pool.Release(ip));
        sandbox.Ips = [];
    }
}
