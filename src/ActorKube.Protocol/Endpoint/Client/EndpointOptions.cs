using Akka.Actor;

namespace ActorKube.Protocol.Endpoint.Client;

/// <summary>What a connection to the control plane needs.</summary>
public sealed record EndpointOptions
{
    /// <summary>Addresses of control-plane processes at this moment, in no order; asked anew for every attempt.</summary>
    public required Func<IReadOnlyList<Address>> Servers { get; init; }

    /// <summary>DER of the client certificate.</summary>
    public required Func<ReadOnlyMemory<byte>> Certificate { get; init; }

    /// <summary>Signs with the certificate's key: ECDSA over SHA-256.</summary>
    public required Func<ReadOnlyMemory<byte>, byte[]> Sign { get; init; }

    /// <summary>Tells this life of the process from its former ones, which had smaller numbers, for an agent; 0 for a caller of whom that does not matter.</summary>
    public ulong Incarnation { get; init; }

    /// <summary>Told, on some thread, that a session is open.</summary>
    public Action? Opened { get; init; }

    /// <summary>Told, on some thread, the addresses of the servers that there are.</summary>
    public Action<IReadOnlyList<Address>>? ServersKnown { get; init; }

    /// <summary>Told, on some thread, why this agent's node is another's. No further session is asked for then.</summary>
    public Action<string>? NodeTaken { get; init; }

    /// <summary>Fills a buffer with unguessable bytes.</summary>
    public required Action<byte[]> Random { get; init; }

    /// <summary>Timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long a server may leave a question for a session unanswered before the next one is tried; also the pause after a refusal.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a call may take before its outcome counts as unknown.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Interval of keep-alives and of the checks for time-outs.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Silence of a server after which another one is tried. Shorter than the cluster needs to declare it dead.</summary>
    public TimeSpan ServerSilence { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Calls, and likewise watches, that may wait or be under way; more are refused with 429.</summary>
    public int MaxCalls { get; init; } = EndpointProtocol.MostCalls;
}
