using ActorKube.NodeAgent.Runtimes;
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
    /// <param name="cancel">Gives up.</param>
    public static async Task<RuntimeChoice> MakeAsync(RuntimeKind wanted, NodeAgentSettings settings, CancellationToken cancel)
    {
        switch (wanted)
        {
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
                return found.IsUsable
                    ? new(RuntimeKind.Containerd, $"containers run for real: {found.Reason}; --runtime simulated only pretends")
                    : new(RuntimeKind.Simulated, $"pods are simulated, because {found.Reason}; with a usable containerd, --runtime containerd runs them for real");
            default:
                throw new ArgumentOutOfRangeException(nameof(wanted), wanted, "Unknown runtime.");
        }
    }

    /// <summary>Opens the runtime for one agent.</summary>
    /// <param name="settings">The agent's settings.</param>
    /// <param name="time">The clock of simulated pods.</param>
    /// <param name="idSeed">Makes ids of simulated containers differ from those of an earlier life.</param>
    internal IContainerRuntime Open(NodeAgentSettings settings, TimeProvider time, ulong idSeed) => Kind == RuntimeKind.Simulated
        ? new SimulatedRuntime(new SimulatedRuntimeOptions { Time = time, IdSeed = idSeed })
        : new CriRuntime(new CriRuntimeOptions { Endpoint = settings.RuntimeEndpoint, RelistInterval = settings.RuntimeRelist });
}
