using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Shell;

/// <summary>Carries out plans as the controller's own user. Failures are results, never exceptions.</summary>
/// <param name="client">Acts as the controller.</param>
/// <param name="record">Takes events.</param>
/// <param name="outside">Answers calls to another system, failures included; null where there is none.</param>
internal sealed class PlanExecutor(IResourceClient client, Action<EventSpec> record, Func<OutsideCall, CancellationToken, Task<OutsideAnswer>>? outside = null)
{
    private static readonly ListOptions HeadOnly = new() { Limit = 1 };

    /// <summary>Asks what a plan has to know.</summary>
    public async Task<Answers> AskAsync(Plan plan, CancellationToken cancel)
    {
        foreach (var item in plan.Events)
            record(item);
        var calls = plan.Calls.Select(c => outside?.Invoke(c, cancel) ?? Task.FromResult(new OutsideAnswer(c, null, "there is nobody to call"))).ToArray();
        var reads = await Task.WhenAll(plan.Reads.Select(r => AnswerAsync(r, cancel)));
        return new Answers([.. plan.Reads.Zip(reads, KeyValuePair.Create)], [.. await Task.WhenAll(calls)]);
    }

    public async Task<PlanOutcome> ExecuteAsync(Plan plan, CancellationToken cancel)
    {
        foreach (var item in plan.Events)
            record(item);
        var results = ImmutableArray.CreateBuilder<StepResult>();
        StepFailure? failure = null;
        foreach (var stage in plan.Stages)
        {
            await RunAsync(stage, results, cancel);
            failure = FirstFailure(results);
            if (failure is not null)
                break;
        }
        return new PlanOutcome(results.ToImmutable(), failure);
    }

    private async Task RunAsync(Stage stage, ImmutableArray<StepResult>.Builder results, CancellationToken cancel)
    {
        var rest = stage.Steps.AsMemory();
        var batch = stage.Mode == StageMode.SlowStart ? 1 : rest.Length;
        while (!rest.IsEmpty)
        {
            batch = Math.Min(batch, rest.Length);
            var done = await Task.WhenAll(rest[..batch].ToArray().Select(s => StepAsync(s, cancel)));
            results.AddRange(done);
            if (FirstFailure(done) is not null)
                return;
            rest = rest[batch..];
            batch *= 2;
        }
    }

    private async Task<StepResult> StepAsync(PlanStep step, CancellationToken cancel)
    {
        try
        {
            // A controller that has been stopped has a successor: what it has not sent yet is no longer its business, and no failure that anybody should read about.
            cancel.ThrowIfCancellationRequested();
            var written = await WriteAsync(step, cancel);
            if (step.OnDone is not null)
                record(step.OnDone);
            return new StepResult(step, written?.Revision ?? 0, null);
        }
        catch (Exception fault) when (!cancel.IsCancellationRequested)
        {
            var status = fault is ApiException refused ? refused.Status : ApiErrors.Internal(fault.Message).Status;
            // A name that is taken was most likely taken by an earlier attempt of ours; the next decision will see. Of one that has a successor nobody wants to know what it did not come to.
            if (!status.IsStale && step.OnFailed is { } failed && !Tolerated(step, status) && status.Reason != StatusReason.AlreadyExists)
                record(step.FailureIsExplained ? failed with { Message = failed.Message + status.Message } : failed);
            var seen = status.Reason == StatusReason.Timeout ? await HeadAsync(step, cancel) : 0;
            return new StepResult(step, seen, status);
        }
    }

    private async ValueTask<StoredObject?> WriteAsync(PlanStep step, CancellationToken cancel)
    {
        switch (step)
        {
            case CreateStep create:
                return await client.CreateAsync(create.Address, create.Body, cancel: cancel);
            case UpdateStep update:
                return await client.UpdateAsync(update.Address, update.Body, cancel: cancel);
            case PatchStep patch:
                return await client.PatchAsync(patch.Address, patch.Type, patch.Patch, cancel: cancel);
            case DeleteStep delete:
                return await client.DeleteAsync(delete.Address, delete.Options, cancel);
            case DeleteCollectionStep all:
                await client.DeleteCollectionAsync(all.Address.Resource, all.Address.Namespace, all.Options, cancel: cancel);
                return null;
            default:
                throw new InvalidOperationException($"'{step.GetType().Name}' is not a step.");
        }
    }

    // Nobody knows whether the write happened; whoever decides next has to see what the resource looks like after it.
    private async ValueTask<long> HeadAsync(PlanStep step, CancellationToken cancel)
    {
        try
        {
            return RevisionOf(await client.ListAsync(step.Address.Resource, step.Address.Namespace, HeadOnly, cancel)) ?? 0;
        }
        catch (Exception)
        {
            return 0;
        }
    }

    private async Task<LiveAnswer> AnswerAsync(LiveRead read, CancellationToken cancel)
    {
        try
        {
            if (read.Question.Length > 0)
                return new LiveAnswer([await client.CreateAsync(new ObjectAddress(read.Resource, read.Namespace, ""), Encoding.UTF8.GetBytes(read.Question), null, cancel)]);
            if (read.RevisionOnly)
                return new LiveAnswer([]) { Revision = RevisionOf(await client.ListAsync(read.Resource, read.Namespace, HeadOnly, cancel)) ?? long.MaxValue };
            return read.Name is null
                ? new LiveAnswer((await client.ListAsync(read.Resource, read.Namespace, Selecting(read), cancel)).Items)
                : new LiveAnswer([await client.GetAsync(new ObjectAddress(read.Resource, read.Namespace, read.Name, read.Subresource), Narrowed(read), cancel)]);
        }
        catch (ApiException absent) when (absent.Is(StatusReason.NotFound))
        {
            return new LiveAnswer([]) { Absence = absent.Status };
        }
        catch (Exception fault)
        {
            return new LiveAnswer([], fault is ApiException refused ? refused.Status : ApiErrors.Internal(fault.Message).Status);
        }
    }

    private static long? RevisionOf(ObjectList list) => long.TryParse(list.ResourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : null;

    private static ListOptions? Selecting(LiveRead read) => read.LabelSelector.Length == 0 ? null : new ListOptions { LabelSelector = read.LabelSelector };

    private static ReadOptions? Narrowed(LiveRead read) => read is { LabelSelector: "", MetricLabelSelector: "" } ? null : new ReadOptions
    {
        LabelSelector = read.LabelSelector.Length > 0 ? read.LabelSelector : null,
        MetricLabelSelector = read.MetricLabelSelector.Length > 0 ? read.MetricLabelSelector : null,
    };

    private static StepFailure? FirstFailure(IEnumerable<StepResult> results)
    {
        foreach (var result in results)
            if (result.Error is { } error && !Tolerated(result.Step, error))
                return new StepFailure(result.Step.Verb, result.Step.Address, error);
        return null;
    }

    private static bool Tolerated(PlanStep step, ApiStatus status) =>
        step.Tolerates.Contains(status.Reason) || status.Causes.Any(c => step.Tolerates.Contains(c.Reason));
}
