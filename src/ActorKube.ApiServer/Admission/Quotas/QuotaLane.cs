using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Quotas;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Admission.Quotas;

/// <summary>
/// Charges the writes of one namespace. Those that come while a charge is being written wait and are charged together by the next one, so that a burst costs a few writes to each quota
/// rather than one for each object, and writers of this process never collide. Other processes and the controller are met by compare-and-set.
/// </summary>
/// <param name="store">Where quotas are.</param>
/// <param name="time">The clock.</param>
/// <param name="workspace">Workspace of the namespace.</param>
/// <param name="ns">The namespace.</param>
/// <param name="idle">Called when nobody waits any more, from any thread. A lane that is forgotten then and used all the same only meets another one as it meets other processes.</param>
internal sealed class QuotaLane(IResourceStore store, TimeProvider time, string workspace, string ns, Action<QuotaLane>? idle = null)
{
    // Each attempt fails only because somebody else succeeded.
    private const int Attempts = 10;

    private readonly ResourceId _resource = new(workspace, ResourceQuotaAdmission.Quotas);
    private readonly Lock _lock = new();
    private List<Waiter> _waiting = [];
    private bool _running;

    /// <summary>Charges a write; completes when the charge is durable.</summary>
    /// <returns>Why the write is refused; null when it may happen.</returns>
    /// <exception cref="ApiException">409: other writers were always faster. 504: the store did not answer.</exception>
    public async Task<QuotaRefusal?> ChargeAsync(QuotaWrite write, bool dryRun, CancellationToken cancel)
    {
        var waiter = new Waiter(write, dryRun);
        var starts = false;
        lock (_lock)
        {
            _waiting.Add(waiter);
            (starts, _running) = (!_running, true);
        }
        if (starts)
            _ = RunAsync();
        using var givenUp = cancel.UnsafeRegister(static (state, token) => ((Waiter)state!).Done.TrySetCanceled(token), waiter);
        return await waiter.Done.Task;
    }

    private async Task RunAsync()
    {
        while (Take() is { } batch)
        {
            try
            {
                await ChargeAsync(batch);
            }
            catch (Exception e)
            {
                // What was asked of the store may or may not have happened; the controller counts anew.
                foreach (var waiter in batch)
                    waiter.Done.TrySetException(e);
            }
        }
        idle?.Invoke(this);
    }

    private List<Waiter>? Take()
    {
        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _running = false;
                return null;
            }
            var batch = _waiting;
            _waiting = [];
            return batch;
        }
    }

    private async Task ChargeAsync(List<Waiter> batch)
    {
        var stored = (await store.ReadAsync(_resource, ReadAt.Any, CancellationToken.None)).Range(ns, null).ToList();
        for (var attempt = 1; attempt == 1 || stored.Count > 0; attempt++)
        {
            var before = stored.ConvertAll(static q => Quota.Read(JsonDecoder.Decode(q.Json.Span, JsonLimits.Stored).RequireObject()));
            var after = Decide(before, batch);
            // Quotas that were charged are done with; the writes are judged anew by those that somebody else has changed.
            var beaten = new List<StoredObject>();
            for (var i = 0; i < stored.Count; i++)
                if (!ReferenceEquals(before[i], after[i]) && await WriteAsync(stored[i], after[i]) is { } newer)
                    beaten.Add(newer);
            stored = beaten;
            // That all that is limited is covered is known by now, and cannot be seen from the quotas that are left.
            batch.ForEach(static w => w.Write = w.Write with { Limited = [] });
            if (stored.Count > 0 && attempt == Attempts)
                throw ApiErrors.Modified(ResourceQuotaAdmission.Quotas, stored[0].Key.Name);
        }
        foreach (var waiter in batch)
            waiter.Done.TrySetResult(waiter.Refusal);
    }

    private IReadOnlyList<Quota> Decide(IReadOnlyList<Quota> quotas, List<Waiter> batch)
    {
        foreach (var waiter in batch)
        {
            if (waiter.Refusal is not null)
                continue;
            var verdict = QuotaCharge.Of(quotas, waiter.Write, time.GetUtcNow());
            waiter.Refusal = verdict.Refusal;
            if (verdict.Refusal is null && !waiter.DryRun)
                quotas = verdict.Quotas;
        }
        return quotas;
    }

    /// <summary>Writes what is used now; gives the newer state when somebody else was faster. A quota that is gone limits nothing any more.</summary>
    private async Task<StoredObject?> WriteAsync(StoredObject stored, Quota charged)
    {
        var tree = JsonDecoder.Decode(stored.Json.Span, JsonLimits.Stored).RequireObject();
        tree.ObjectOrNew("status")["used"] = charged.Usage.ToJson();
        var result = await store.WriteAsync(_resource, new ReplaceObject(stored.Key, stored.Revision, ObjectEncoder.Encode(tree)), CancellationToken.None);
        return result.Outcome switch
        {
            WriteOutcome.Committed or WriteOutcome.NotFound => null,
            WriteOutcome.RevisionMismatch => result.Object,
            WriteOutcome.Refused => throw ApiErrors.TooManyRequests("the store takes no writes at the moment, please try again later", 1),
            _ => throw new InvalidOperationException($"A charge cannot end as {result.Outcome}."),
        };
    }

    private sealed class Waiter(QuotaWrite write, bool dryRun)
    {
        public QuotaWrite Write { get; set; } = write;

        public bool DryRun { get; } = dryRun;

        public QuotaRefusal? Refusal { get; set; }

        public TaskCompletionSource<QuotaRefusal?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
