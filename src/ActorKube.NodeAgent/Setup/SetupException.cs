namespace ActorKube.NodeAgent.Setup;

/// <summary>A container or volume cannot be set up as its spec asks.</summary>
/// <param name="reason">Waiting reason for containers (see <see cref="Pods.WaitingReasons"/>), event reason for volumes.</param>
/// <param name="message">For people.</param>
internal sealed class SetupException(string reason, string message) : Exception(message)
{
    /// <summary>Machine-readable reason.</summary>
    public string Reason { get; } = reason;

    /// <summary>The spec refers to something missing, or asks for something that is refused.</summary>
    public static SetupException Config(string message) => new(Pods.WaitingReasons.CreateContainerConfigError, message);
}
