using ActorKube.Store.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorKube.Hosting;

/// <summary>
/// A control plane as long as the process lives. One that the cluster has removed (it was out of reach for too long, or on the smaller side of a split) ends by itself; it is started
/// anew at the same addresses and joins again.
/// </summary>
internal sealed class ServerProcess(ControlPlaneOptions options)
{
    private static readonly TimeProvider Time = TimeProvider.System;
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);
    private readonly ILogger _log = options.Loggers.CreateLogger<ServerProcess>();

    /// <summary>Runs until cancelled.</summary>
    /// <param name="started">Told the control plane each time it answers.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="CommandLine.UserError">The first start failed for something that the user can mend.</exception>
    /// <exception cref="JournalUnavailableException">The first start failed because the journal's database does not answer.</exception>
    public async Task RunAsync(Action<ControlPlane> started, CancellationToken cancel)
    {
        var (current, hasRun) = (options, false);
        while (!cancel.IsCancellationRequested)
        {
            var once = current;
            // What the first start holds at the meeting point ends with it.
            current = current with { Meeting = null };
            try
            {
                await using var plane = await ControlPlane.StartAsync(once, cancel);
                (current, hasRun) = (current with { ApiPort = plane.ApiPort, ClusterPort = plane.Cluster.Address.Port!.Value }, true);
                started(plane);
                await Task.WhenAny(ProcessEnd.WaitAsync(cancel), plane.Cluster.Ended);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                // The actor system ended while the control plane was starting in it.
            }
            catch (Exception failure) when (hasRun && failure is JournalUnavailableException or IOException)
            {
                ServerLog.CannotStart(_log, failure.Message);
            }
            if (cancel.IsCancellationRequested)
                return;
            ServerLog.Removed(_log);
            await Task.Delay(RestartPause, Time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>What a server process says of itself.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(1, LogLevel.Warning, "This server is not a member of the cluster any more; it starts anew and joins again")]
    public static partial void Removed(ILogger log);

    [LoggerMessage(2, LogLevel.Warning, "The server cannot start yet: {Why}")]
    public static partial void CannotStart(ILogger log, string why);
}
