using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace ActorKube.Hosting;

/// <summary>Where a process logs: standard error, one line an entry, so that standard output stays for what the user asked for.</summary>
internal static class ProcessLogging
{
    /// <summary>Makes the logger factory of a process.</summary>
    public static ILoggerFactory Create(LogSettings settings) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(settings.Level);
        if (settings.Level < LogLevel.Warning)
            foreach (var talkative in (ReadOnlySpan<string>)["Microsoft", "System"])
                logging.AddFilter(talkative, LogLevel.Warning);
        // That a port is taken is told in a sentence by whoever wanted it.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        foreach (var (category, level) in settings.Categories)
            logging.AddFilter(category, level);
        logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}
