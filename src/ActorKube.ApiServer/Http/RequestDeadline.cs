using ActorKube.Api.Errors;
using ActorKube.Api.Times;

namespace ActorKube.ApiServer.Http;

/// <summary>
/// Bounds how long a request may take: by the server's limit, or by the parameter <c>timeout</c> when that is shorter. Answers that are there at once cost nothing.
/// </summary>
internal sealed class RequestDeadline(TimeSpan limit, TimeProvider time)
{
    /// <summary>The time a request has.</summary>
    /// <param name="asked">The parameter <c>timeout</c>; null or empty for none.</param>
    /// <exception cref="ApiException">400: it is no duration.</exception>
    public TimeSpan Of(string? asked)
    {
        if (string.IsNullOrEmpty(asked))
            return limit;
        if (!GoDuration.TryParse(asked, out var wish) || wish < TimeSpan.Zero)
            throw ApiErrors.BadRequest($"invalid timeout specified in the request URL - \"{asked}\" is no duration");
        return wish > TimeSpan.Zero && wish < limit ? wish : limit;
    }

    /// <summary>Awaits work that cannot be stopped but may be left.</summary>
    /// <exception cref="ApiException">504: it took too long.</exception>
    public ValueTask<T> AwaitAsync<T>(ValueTask<T> work, TimeSpan within, CancellationToken cancel) => work.IsCompleted ? work : LeaveAsync(work, within, cancel);

    /// <summary>Does work that can be stopped.</summary>
    /// <exception cref="ApiException">504: it took too long; what was written by then may be written.</exception>
    public async ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> work, TimeSpan within, CancellationToken cancel)
    {
        using var over = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancel);
        try
        {
            return await work(either.Token);
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw TooSlow();
        }
    }

    /// <summary>Calls <paramref name="end"/> when the time is over, unless the result is disposed of before.</summary>
    public ITimer Cut(Action end, TimeSpan within) => time.CreateTimer(static e => ((Action)e!)(), end, within, Timeout.InfiniteTimeSpan);

    private async ValueTask<T> LeaveAsync<T>(ValueTask<T> work, TimeSpan within, CancellationToken cancel)
    {
        try
        {
            return await work.AsTask().WaitAsync(within, time, cancel);
        }
        catch (TimeoutException)
        {
            throw TooSlow();
        }
    }

    private static ApiException TooSlow() => ApiErrors.Timeout("request did not complete within the allotted timeout");
}
