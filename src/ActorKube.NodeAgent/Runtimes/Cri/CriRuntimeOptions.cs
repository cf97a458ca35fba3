namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>How to talk to a CRI runtime; the defaults are upstream's kubelet's.</summary>
internal sealed record CriRuntimeOptions
{
    /// <summary>Where containerd listens unless told otherwise.</summary>
    public const string ContainerdEndpoint = "unix:///run/containerd/containerd.sock";

    /// <summary>Socket of the runtime: <c>unix:///path</c> or a full path.</summary>
    public string Endpoint { get; init; } = ContainerdEndpoint;

    /// <summary>The clock for deadlines and the relist interval. gRPC deadlines are in real time: virtual time belongs to the simulated runtime.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Deadline of a call that has no time of its own (kubelet: <c>runtimeRequestTimeout</c>).</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Deadline of running a sandbox, whose network plugins may be slow; upstream allows twice the request time-out.</summary>
    public TimeSpan SandboxTimeout { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Deadline of a pull; upstream has none, but no call of ours may hang for ever.</summary>
    public TimeSpan PullTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often states are listed where the runtime sends no events.</summary>
    public TimeSpan RelistInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often states are listed although the runtime sends events: the net below them.</summary>
    public TimeSpan EventedRelistInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often a follower of a container's log looks for more.</summary>
    public TimeSpan LogPollInterval { get; init; } = TimeSpan.FromMilliseconds(250);
}
