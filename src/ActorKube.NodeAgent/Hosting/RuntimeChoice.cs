using System.Security.Cryptography;
using ActorKube.NodeAgent.Network;
using ActorKube.NodeAgent.Runtimes.Cri;
using ActorKube.NodeAgent.Runtimes.Simulated;

namespace ActorKube.NodeAgent.Hosting;

/// <summary>What a user may ask for with <c>--runtime</c>.</summary>
public enum RuntimeKind
{
    /// <summary>Containerd when it can be used, else the simulated runtime.</summary>
    Auto,

    /// <summary>The runtime behind the endpoint.</summary>
    Containerd,

    /// <summary>Pods without processes.</summary>
    Simulated,
}

/// <summary>Which runtime agents use, and why.</summary>
/// <param name="Kind"><see cref="RuntimeKind.Containerd"/> or <see cref="RuntimeKind.Simulated"/>.</param>
/// <param name="Reason">One line for people: which, why, and how to get the other.</param>
public sealed record RuntimeChoice(RuntimeKind Kind, string Reason)
{
    /// <summary>Makes the choice. <see cref="RuntimeKind.Auto"/> looks whether the endpoint can be reached and used, and has or can be given a pod network.</summary>
    /// <param name="wanted">What the user asked for.</param>
    /// <param name="settings">Endpoint and network settings.</param>
    /// <param name="nodes">How many nodes are to share the runtime.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="InvalidOperationException">The runtime that was asked for cannot run so many nodes; the message says what to do.</exception>
    public static async Task<RuntimeChoice> MakeAsync(RuntimeKind wanted, NodeAgentSettings settings, int nodes, CancellationToken cancel)
    {
        // A network of ours has the pod range of one node.
        var isTooMany = nodes > 1 && settings.CniEnabled && !CniConfiguration.IsOfOthers(settings.CniDirectory);
        switch (wanted)
        {
            case RuntimeKind.Containerd when isTooMany:
                throw new InvalidOperationException(
                    $"One containerd has one pod network, which is that of one node: use --nodes 1 or --runtime simulated, or configure a network of your own in {settings.CniDirectory}.");
            case RuntimeKind.Containerd:
                // It may come up later, as after a reboot: the node waits for it, and nobody should wonder what for.
                var asked = await CriDetection.ProbeAsync(settings.RuntimeEndpoint, needsNetwork: !settings.CniEnabled, cancel);
                return new(wanted, asked.IsUsable
                    ? $"containers run for real, as asked for: {asked.Reason}"
                    : $"containers are to run for real, as asked for, but {asked.Reason}; the node waits for it (--runtime simulated needs none)");
            case RuntimeKind.Simulated:
                return new(wanted, "pods are simulated, as asked for; --runtime containerd runs them for real");
            case RuntimeKind.Auto:
                var found = await CriDetection.ProbeAsync(settings.RuntimeEndpoint, needsNetwork: !settings.CniEnabled, cancel);
                return found.IsUsable && isTooMany
                    ? new(RuntimeKind.Simulated, $"pods are simulated, because one containerd has one pod network and so one node; --nodes 1 runs them for real: {found.Reason}")
                    : found.IsUsable
                    ? new(RuntimeKind.Containerd, $"containers run for real: {found.Reason}; --runtime simulated only pretends")
                    : new(RuntimeKind.Simulated, $"pods are simulated, because {found.Reason}; with a usable containerd, --runtime containerd runs them for real");
            default:
                throw new ArgumentOutOfRangeException(nameof(wanted), wanted, "Unknown runtime.");
        }
    }

    /// <summary>Opens the runtime for one node.</summary>
    /// <param name="settings">The agent's settings.</param>
    /// <param name="time">The clock of simulated pods.</param>
    public AgentRuntime Open(NodeAgentSettings settings, TimeProvider time) => new(Kind == RuntimeKind.Simulated
        // Ids of simulated containers differ from those of an earlier life.
        ? new SimulatedRuntime(new SimulatedRuntimeOptions { Time = time, IdSeed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) })
        : new CriRuntime(new CriRuntimeOptions { Endpoint = settings.RuntimeEndpoint, RelistInterval = settings.RuntimeRelist }));
}
