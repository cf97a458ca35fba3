using ActorKube.Machinery.Client;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Running;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Pipeline.Bootstrap;

/// <summary>Runs steps again and again.</summary>
internal sealed partial class StepLoop : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly EventRecorder _events;
    private readonly Task _running;

    /// <summary>Runs until disposed, the first time after one interval.</summary>
    /// <param name="steps">What to do, one after the other.</param>
    /// <param name="events">Written to by the steps; ends with the loop.</param>
    /// <param name="client">As whom.</param>
    /// <param name="interval">How often.</param>
    /// <param name="time">Timers.</param>
    /// <param name="log">Told when a round fails; the next one finds whatever this one would have.</param>
    public StepLoop(IReadOnlyList<IBootstrapStep> steps, EventRecorder events, IResourceClient client, TimeSpan interval, TimeProvider time, ILogger log)
    {
        var work = new RepeatedWork(new BackoffPolicy(interval, interval), time, (failure, _) => LogFailed(log, failure));
        _events = events;
        _running = RunAsync();

        async Task RunAsync()
        {
            await Task.Delay(interval, time, _stop.Token);
            await work.RunAsync(stop => RoundAsync(steps, client, stop), stop => Task.Delay(interval, time, stop), _stop.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        await _events.DisposeAsync();
    }

    private static async Task RoundAsync(IReadOnlyList<IBootstrapStep> steps, IResourceClient client, CancellationToken stop)
    {
        foreach (var step in steps)
            await step.RunAsync(client, stop);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What every cluster has could not be looked after; trying on")]
    private static partial void LogFailed(ILogger log, Exception failure);
}
