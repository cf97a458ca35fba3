using System.Globalization;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Cloud;

/// <summary>Carries calls to the cloud provider. Failures are answers; one that takes longer than the deadline has failed, whether or not the provider heeds its cancellation.</summary>
internal sealed class CloudCaller(ICloudProvider cloud, TimeProvider time, TimeSpan deadline)
{
    public async Task<OutsideAnswer> CallAsync(OutsideCall call, CancellationToken cancel)
    {
        if (call is not CloudCall known)
            throw new ArgumentException($"'{call.GetType().Name}' is no call to a cloud.", nameof(call));
        using var limit = new CancellationTokenSource(deadline, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return new OutsideAnswer(call, await known.RunAsync(cloud, either.Token).WaitAsync(either.Token), null);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return new OutsideAnswer(call, null, cancel.IsCancellationRequested ? "the controller has stopped" : string.Create(CultureInfo.InvariantCulture, $"no answer within {deadline.TotalSeconds} s"));
        }
        catch (Exception failure)
        {
            return new OutsideAnswer(call, null, failure.Message);
        }
    }
}

/// <summary>Answers of one turn, by the call they belong to.</summary>
internal static class CloudAnswers
{
    /// <summary>The newest answer to a kind of call; null when it has not been made in this turn.</summary>
    public static OutsideAnswer? AnswerTo<TCall>(this ReconcileContext context)
        where TCall : CloudCall => context.Outside.LastOrDefault(a => a.Call is TCall);

    /// <summary>All answers to a kind of call.</summary>
    public static IEnumerable<(TCall Call, string? Error)> AnswersTo<TCall>(this ReconcileContext context)
        where TCall : CloudCall => context.Outside.Where(a => a.Call is TCall).Select(a => ((TCall)a.Call, a.Error));
}
