using ActorKube.Machinery.Client;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Running;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Pipeline.Bootstrap;

/// <summary>Runs a step again and again.</summary>
internal sealed partial class StepLoop : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    /// <summary>Runs until disposed, the first time after one interval.</summary>
    /// <param name="step">What to do.</param>
    /// <param name="client">As whom.</param>
    /// <param name="interval">How often.</param>
    /// <param name="time">Timers.</param>
    /// <param name="log">Told when a round fails; the next one finds whatever this one would have.</param>
    public StepLoop(IBootstrapStep step, IResourceClient client, TimeSpan interval, TimeProvider time, ILogger log)
    {
        var work = new RepeatedWork(new BackoffPolicy(interval, interval), time, (failure, _) => LogFailed(log, step.GetType().Name, failure));
        _running = RunAsync();

        async Task RunAsync()
        {
            await Task.Delay(interval, time, _stop.Token);
            await work.RunAsync(stop => step.RunAsync(client, stop), stop => Task.Delay(interval, time, stop), _stop.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Step} failed; trying on")]
    private static partial void LogFailed(ILogger log, string step, Exception failure);
}
