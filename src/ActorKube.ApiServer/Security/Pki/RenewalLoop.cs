using ActorKube.Machinery.Queues;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security.Pki;

/// <summary>Renews when it is time, and tries again, more and more seldom, for as long as it fails.</summary>
/// <param name="whose">Whose certificates, for the log.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="log">Told of failures, and of renewals after them.</param>
internal sealed class RenewalLoop(string whose, TimeProvider time, ILogger log)
{
    // Timers end at 49 days, and the clock may be set.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    // At the end of the authority's life every certificate is due at once.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(10);
    private static readonly BackoffPolicy Backoff = new(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1));

    /// <summary>Renews until cancelled.</summary>
    /// <param name="present">When the present certificates are due, and when they end.</param>
    /// <param name="renew">Renews, or fails with a <see cref="PkiException"/>.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(Func<(DateTimeOffset Due, DateTimeOffset End)> present, Action renew, CancellationToken cancel)
    {
        while (true)
        {
            var soonest = time.GetUtcNow() + ShortestPause;
            var (due, end) = present();
            await OnceAsync(due > soonest ? due : soonest, end, Renew, cancel);
        }

        Task Renew(CancellationToken stop)
        {
            renew();
            return Task.CompletedTask;
        }
    }

    /// <summary>Is over when it has renewed.</summary>
    /// <param name="due">When to.</param>
    /// <param name="end">When the present certificates end.</param>
    /// <param name="renew">Renews, or fails with a <see cref="PkiException"/>.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task OnceAsync(DateTimeOffset due, DateTimeOffset end, Func<CancellationToken, Task> renew, CancellationToken cancel)
    {
        while (due - time.GetUtcNow() is var left && left > TimeSpan.Zero)
            await Task.Delay(left < LongestWait ? left : LongestWait, time, cancel);
        for (var failures = 1; ; failures++)
            try
            {
                await renew(cancel);
                RenewalLog.Renewed(log, whose);
                return;
            }
            catch (PkiException failure)
            {
                var pause = Backoff.Delay(failures);
                if (end > time.GetUtcNow())
                    RenewalLog.Failed(log, whose, end, pause, failure.Message);
                else
                    RenewalLog.TooLate(log, whose, end, pause, failure.Message);
                await Task.Delay(pause, time, cancel);
            }
    }
}

/// <summary>What is said of renewals.</summary>
internal static partial class RenewalLog
{
    [LoggerMessage(1, LogLevel.Information, "The certificates of {Whose} have been renewed")]
    public static partial void Renewed(ILogger log, string whose);

    [LoggerMessage(2, LogLevel.Warning, "The certificates of {Whose}, which end at {End:u}, could not be renewed; next try in {Pause}: {Why}")]
    public static partial void Failed(ILogger log, string whose, DateTimeOffset end, TimeSpan pause, string why);

    [LoggerMessage(3, LogLevel.Error, "The certificates of {Whose} have ended at {End:u} and could not be renewed; next try in {Pause}: {Why}")]
    public static partial void TooLate(ILogger log, string whose, DateTimeOffset end, TimeSpan pause, string why);
}
