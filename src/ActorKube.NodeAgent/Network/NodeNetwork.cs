using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Runtimes;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Network;

/// <summary>
/// The pod network out of the box: when the node has its pod ranges and nobody has configured a network, a bridge with the ranges is. Where the agent also keeps the routes to
/// other nodes, it masquerades by itself (see <see cref="PodRouter"/>), because the bridge would hide the addresses of pods from pods on other nodes too. A runtime has one network: of
/// several agents that share it one configures it, and the pods of all have addresses of that one's node.
/// </summary>
internal sealed class NodeNetwork(IContainerRuntime runtime, NodeAgentSettings settings, ILogger log) : IDisposable
{
    private readonly Lock _gate = new();
    private string _applied = "";
    private IReadOnlyList<string> _podCidrs = [];
    private bool _isOurs;
    private FileStream? _held;
    private bool _isAnothers;

    /// <summary>Whether the runtime knows the node's pod ranges.</summary>
    public bool IsApplied => _applied.Length > 0;

    /// <summary>The node's pod ranges when the configured network is ours; else empty.</summary>
    public IReadOnlyList<string> OwnPodCidrs
    {
        get
        {
            lock (_gate)
                return _isOurs ? _podCidrs : [];
        }
    }

    /// <summary>Whether another agent on this machine configures the network, and keeps its routes.</summary>
    public bool IsOfAnotherAgent
    {
        get
        {
            lock (_gate)
                return _isAnothers;
        }
    }

    /// <summary>Lets another agent configure the network; what is configured stays.</summary>
    public void Dispose()
    {
        lock (_gate)
            _held?.Dispose();
    }

    /// <summary>Tells the runtime the ranges and writes the configuration where there is none.</summary>
    public async Task ApplyAsync(IReadOnlyList<string> podCidrs, CancellationToken cancel)
    {
        if (podCidrs.Count == 0)
            return;
        var ranges = string.Join(',', podCidrs);
        Configure(podCidrs);
        if (_applied == ranges)
            return;
        await runtime.UpdatePodCidrsAsync(podCidrs, cancel);
        _applied = ranges;
    }

    /// <summary>Looks again whether somebody else has configured a network meanwhile.</summary>
    public void Refresh()
    {
        if (_podCidrs.Count > 0)
            Configure(_podCidrs);
    }

    private void Configure(IReadOnlyList<string> podCidrs)
    {
        if (!settings.CniEnabled)
            return;
        lock (_gate)
        {
            _held ??= CniConfiguration.TryHold(settings.CniDirectory);
            if (_held is null)
            {
                if (!_isAnothers)
                    Log.NetworkOfAnother(log, settings.NodeName, settings.CniDirectory);
                (_isAnothers, _podCidrs) = (true, podCidrs);
                return;
            }
            _isAnothers = false;
            (_isOurs, var written) = CniConfiguration.Ensure(settings.CniDirectory, podCidrs, masquerade: !settings.RoutesEnabled);
            if (!_isOurs)
            {
                _held.Dispose();
                _held = null;
            }
            _podCidrs = podCidrs;
            if (written)
                Log.NetworkConfigured(log, Path.Combine(settings.CniDirectory, CniConfiguration.FileName));
        }
    }
}
