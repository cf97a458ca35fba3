using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Tests.Runtimes.Conformance;

/// <summary>A runtime, and how to say the same things to it as to every other.</summary>
internal abstract class RuntimeUnderTest : IAsyncDisposable
{
    public abstract IContainerRuntime Runtime { get; }

    /// <summary>Range of pod addresses.</summary>
    public abstract string PodCidr { get; }

    /// <summary>An image that is present.</summary>
    public abstract string Image { get; }

    /// <summary>An image that is not present and can be pulled.</summary>
    public abstract string PullableImage { get; }

    /// <summary>An image that no registry has.</summary>
    public abstract string MissingImage { get; }

    /// <summary>The configuration of a pod's sandbox.</summary>
    public abstract SandboxConfig Sandbox(string name, string uid, uint attempt);

    /// <summary>Runs until it is stopped, obeys the request to stop with exit code 0, and lets commands be run in it.</summary>
    public abstract ContainerConfig Running(string name);

    /// <summary>Ends at once with that exit code.</summary>
    public abstract ContainerConfig Exiting(string name, int exitCode);

    /// <summary>Runs until it is killed: takes no notice of the request to stop.</summary>
    public abstract ContainerConfig Stubborn(string name);

    /// <summary>Prints <c>one</c> and <c>two</c> and runs until it is stopped.</summary>
    public abstract ContainerConfig Printing(string name);

    /// <summary>Cannot be started.</summary>
    public abstract ContainerConfig Unstartable(string name);

    /// <summary>A container in which <see cref="Command"/> does what it should.</summary>
    public abstract ContainerConfig Executing(string name);

    /// <summary>Prints <c>out</c>, prints <c>err</c> as an error, and exits with 3.</summary>
    public abstract IReadOnlyList<string> Command { get; }

    /// <summary>A container in which <see cref="SlowCommand"/> takes more than a second.</summary>
    public abstract ContainerConfig Slow(string name);

    public abstract IReadOnlyList<string> SlowCommand { get; }

    public ValueTask DisposeAsync() => Runtime.DisposeAsync();
}
