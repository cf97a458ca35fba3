using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Pods.Status;

namespace ActorKube.NodeAgent.Pods;

/// <summary>A sandbox of the pod as the runtime last showed it.</summary>
/// <param name="Id">The runtime's id.</param>
/// <param name="Attempt">How many sandboxes the pod had before.</param>
/// <param name="Ready">Whether containers can be created in it.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Ips">Addresses, the primary first; empty on the host's network.</param>
/// <param name="HostNetwork">Whether it uses the node's network.</param>
internal sealed record SandboxSeen(string Id, uint Attempt, bool Ready, DateTimeOffset CreatedAt, ImmutableArray<string> Ips, bool HostNetwork);

/// <summary>A container of the pod as the runtime last showed it.</summary>
internal sealed record ContainerSeen
{
    /// <summary>The runtime's id.</summary>
    public required string Id { get; init; }

    /// <summary>Container name in the pod spec.</summary>
    public required string Name { get; init; }

    /// <summary>Restart count.</summary>
    public uint Attempt { get; init; }

    /// <summary>The sandbox it is in.</summary>
    public required string SandboxId { get; init; }

    /// <summary>Its state.</summary>
    public required ContainerState State { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it started; null before.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended; null before.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Exit code once it has ended.</summary>
    public int ExitCode { get; init; }

    /// <summary>Why it ended.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The container's own last words, or the runtime's.</summary>
    public string Message { get; init; } = "";

    /// <summary>Image it was created with.</summary>
    public string Image { get; init; } = "";

    /// <summary>What was really used.</summary>
    public string ImageRef { get; init; } = "";

    /// <summary>Who its first process runs as; null where the runtime does not tell.</summary>
    public UserStatus? User { get; init; }

    /// <summary>Hash of the spec it was made from; null when it bears none.</summary>
    public uint? Hash { get; init; }

    /// <summary>Whether it ended without failure.</summary>
    public bool Succeeded => State == ContainerState.Exited && ExitCode == 0;
}

/// <summary>Everything that the runtime holds for one pod. Immutable.</summary>
internal sealed record PodSeen
{
    /// <summary>Nothing yet.</summary>
    public static readonly PodSeen Empty = new();

    /// <summary>Sandboxes, newest first.</summary>
    public ImmutableArray<SandboxSeen> Sandboxes { get; private init; } = [];

    /// <summary>Containers, newest first.</summary>
    public ImmutableArray<ContainerSeen> Containers { get; private init; } = [];

    /// <summary>The newest sandbox, or null.</summary>
    public SandboxSeen? Sandbox => Sandboxes.Length > 0 ? Sandboxes[0] : null;

    /// <summary>The newest container of that name, or null.</summary>
    public ContainerSeen? Latest(string name)
    {
        foreach (var container in Containers)
            if (container.Name == name)
                return container;
        return null;
    }

    /// <summary>The container of that name before the newest one, or null.</summary>
    public ContainerSeen? Previous(string name)
    {
        var newest = true;
        foreach (var container in Containers)
        {
            if (container.Name != name)
                continue;
            if (!newest)
                return container;
            newest = false;
        }
        return null;
    }

    /// <summary>With a sandbox added or replaced.</summary>
    public PodSeen With(SandboxSeen sandbox)
    {
        var kept = Sandboxes.RemoveAll(s => s.Id == sandbox.Id);
        var at = 0;
        while (at < kept.Length && kept[at].Attempt > sandbox.Attempt)
            at++;
        return this with { Sandboxes = kept.Insert(at, sandbox) };
    }

    /// <summary>With a container added or replaced.</summary>
    public PodSeen With(ContainerSeen container)
    {
        var kept = Containers.RemoveAll(c => c.Id == container.Id);
        var at = 0;
        while (at < kept.Length && IsNewer(kept[at], container))
            at++;
        return this with { Containers = kept.Insert(at, container) };
    }

    /// <summary>Without a sandbox and its containers.</summary>
    public PodSeen WithoutSandbox(string id) =>
        this with { Sandboxes = Sandboxes.RemoveAll(s => s.Id == id), Containers = Containers.RemoveAll(c => c.SandboxId == id) };

    /// <summary>Without a container.</summary>
    public PodSeen WithoutContainer(string id) => this with { Containers = Containers.RemoveAll(c => c.Id == id) };

    private static bool IsNewer(ContainerSeen left, ContainerSeen right) =>
        left.Attempt != right.Attempt && left.Name == right.Name ? left.Attempt > right.Attempt : left.CreatedAt > right.CreatedAt;
}
