using Akka.Event;

namespace ActorKube.Protocol.Hosting;

/// <summary>
/// Takes what the actor system's logger has not come to when it ends. In its place Akka has one that writes that on standard output, whatever its level. Logs nothing before the logger has begun.
/// </summary>
internal sealed class LateLogger : MinimalLogger
{
    private Action<LogEvent>? _log;

    /// <summary>The logger is there, and has this done with each entry.</summary>
    public void Begin(Action<LogEvent> log) => Volatile.Write(ref _log, log);

    /// <inheritdoc/>
    protected override void Log(object message)
    {
        if (message is LogEvent entry)
            Volatile.Read(ref _log)?.Invoke(entry);
    }
}
