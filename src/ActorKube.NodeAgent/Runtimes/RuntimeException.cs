namespace ActorKube.NodeAgent.Runtimes;

/// <summary>What kind of failure a runtime reported: what the pod life cycle decides on.</summary>
internal enum RuntimeErrorKind
{
    /// <summary>The runtime failed in a way that has no kind of its own; the message is the runtime's.</summary>
    Unknown,

    /// <summary>The sandbox, container or image does not exist (any more).</summary>
    NotFound,

    /// <summary>The image could not be pulled: registry unreachable, name unknown, access denied.</summary>
    ImagePull,

    /// <summary>The runtime does not answer; nothing is known about the call's effect.</summary>
    Unavailable,

    /// <summary>The call's deadline passed, or the command's time-out; the effect is unknown.</summary>
    Timeout,

    /// <summary>The request itself is wrong and will fail again.</summary>
    InvalidArgument,
}

/// <summary>The one exception of <see cref="IContainerRuntime"/>.</summary>
internal sealed class RuntimeException(RuntimeErrorKind kind, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What kind of failure this is.</summary>
    public RuntimeErrorKind Kind { get; } = kind;
}
