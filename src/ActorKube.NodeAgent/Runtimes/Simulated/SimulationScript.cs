using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>How a simulated container, its image and its sandbox behave. The default starts at once, runs until it is stopped and prints nothing.</summary>
internal sealed record SimulationScript
{
    /// <summary>The behaviour of what nobody scripted.</summary>
    public static readonly SimulationScript Default = new();

    /// <summary>Time that the start takes.</summary>
    public TimeSpan StartDelay { get; init; }

    /// <summary>When set, the start fails with this message.</summary>
    public string StartError { get; init; } = "";

    /// <summary>When set, the container ends by itself that long after its start.</summary>
    public TimeSpan? RunFor { get; init; }

    /// <summary>Exit code of a container that ends by itself.</summary>
    public int ExitCode { get; init; }

    /// <summary>Reason of that end; empty for <c>Completed</c> or <c>Error</c>, by exit code.</summary>
    public string ExitReason { get; init; } = "";

    /// <summary>Time between the request to stop and the end; a longer one than the grace ends in a kill (exit code 137).</summary>
    public TimeSpan StopDelay { get; init; }

    /// <summary>Exit code after a request to stop that was obeyed.</summary>
    public int StopExitCode { get; init; }

    /// <summary>Lines printed at the start.</summary>
    public ImmutableArray<string> Log { get; init; } = [];

    /// <summary>When set, the lines are printed again at this interval.</summary>
    public TimeSpan? LogInterval { get; init; }

    /// <summary>Commands run in the container fail (exit code 1) until that long after its start: what an exec probe sees.</summary>
    public TimeSpan ReadyAfter { get; init; }

    /// <summary>Time that commands run in the container take.</summary>
    public TimeSpan ExecDelay { get; init; }

    /// <summary>Exit code of commands run in the container.</summary>
    public int ExecExitCode { get; init; }

    /// <summary>Standard output of commands run in the container.</summary>
    public string ExecOutput { get; init; } = "";

    /// <summary>Standard error of commands run in the container.</summary>
    public string ExecError { get; init; } = "";

    /// <summary>Time that a pull of the image takes.</summary>
    public TimeSpan PullDelay { get; init; }

    /// <summary>When set, pulls fail with this message.</summary>
    public string PullError { get; init; } = "";

    /// <summary>Time that running the sandbox takes.</summary>
    public TimeSpan SandboxDelay { get; init; }

    /// <summary>When set, running the sandbox fails with this message.</summary>
    public string SandboxError { get; init; } = "";

    /// <summary>CPU that the container seems to use, in cores.</summary>
    public ScriptedUse Cpu { get; init; } = ScriptedUse.None;

    /// <summary>Memory that the container seems to use, in bytes.</summary>
    public ScriptedUse Memory { get; init; } = ScriptedUse.None;
}
