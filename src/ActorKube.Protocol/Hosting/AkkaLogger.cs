using Akka.Event;
using Akka.Hosting.Logging;

namespace ActorKube.Protocol.Hosting;

/// <summary>
/// Hands Akka's log to the process's logger factory, all but one entry: that an address cannot be listened on is told by <see cref="ClusterSystem.Start"/>'s exception; Akka logs
/// it before, with two stack traces.
/// </summary>
internal sealed class AkkaLogger : LoggerFactoryLogger
{
    /// <inheritdoc/>
    protected override bool Receive(object message) => IsToldElsewhere(message) || base.Receive(message);

    private static bool IsToldElsewhere(object message) => message is Error failure && failure.ToString().Contains("Failed to bind to", StringComparison.Ordinal);
}
