using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Akka.Hosting.Logging;
using Microsoft.Extensions.Logging;
using LogLevel = Microsoft.Extensions.Logging.LogLevel;

namespace ActorKube.Protocol.Hosting;

/// <summary>
/// Hands Akka's log to the process's logger factory, one logger a class. What Akka says of peers that come and go is a detail here (<see cref="PeerNews"/>): our own actors tell each such fact in one sentence.
/// </summary>
internal sealed class AkkaLogger : ActorBase, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly ILoggerFactory _loggers = Context.System.Settings.Setup.Get<LoggerFactorySetup>().Value.LoggerFactory;
    private readonly Dictionary<Type, ILogger> _byClass = [];

    public AkkaLogger() => (Context.System.Settings.StdoutLogger as LateLogger)?.Begin(Log);

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                return true;
            case LogEvent entry:
                Log(entry);
                return true;
            default:
                return false;
        }
    }

    private void Log(LogEvent entry)
    {
        // What our own actors say is said for people, whatever it quotes.
        var text = entry.LogClass.FullName?.StartsWith("Akka.", StringComparison.Ordinal) == true ? $"{entry.Message} {entry.Cause?.Message}" : "";
        if (PeerNews.IsToldElsewhere(text))
            return;
        if (!_byClass.TryGetValue(entry.LogClass, out var logger))
            _byClass.Add(entry.LogClass, logger = _loggers.CreateLogger(entry.LogClass));
        var level = PeerNews.IsDetail(text) ? LogLevel.Debug : LevelOf(entry.LogLevel());
#pragma warning disable CA1848, CA2254 // The text is Akka's and different each time.
        if (logger.IsEnabled(level))
            logger.Log(level, entry.Cause, "{Entry}", $"{entry.Message} ({entry.LogSource})");
#pragma warning restore CA1848, CA2254
    }

    private static LogLevel LevelOf(Akka.Event.LogLevel level) => level switch
    {
        Akka.Event.LogLevel.DebugLevel => LogLevel.Debug,
        Akka.Event.LogLevel.InfoLevel => LogLevel.Information,
        Akka.Event.LogLevel.WarningLevel => LogLevel.Warning,
        Akka.Event.LogLevel.ErrorLevel => LogLevel.Error,
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, "Unknown level."),
    };
}
