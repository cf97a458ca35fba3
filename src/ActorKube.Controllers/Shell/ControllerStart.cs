using System.Collections.Immutable;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Shell;

/// <summary>
/// What comes before the first decision of an incarnation: its caches are filled, and its tenure has begun in all resources that it watches (ADR 0179). A resource that does not answer is asked until it
/// does, ever less often; where that need not be waited for, as long as patience lasts. What it waits for is told (ADR 0192). For one task.
/// </summary>
/// <param name="runtime">What the controller works with.</param>
/// <param name="informers">Its caches.</param>
/// <param name="tenure">Its tenure; null where there are none.</param>
/// <param name="hindered">Told, on any thread, what the start waits for.</param>
internal sealed class ControllerStart(ControllerRuntime runtime, ControllerInformers informers, ITenuredClient? tenure, Action<Hindrance> hindered)
{
    /// <summary>How long a resource whose tenure cannot be begun is left alone.</summary>
    public static readonly BackoffPolicy Pauses = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));

    private static readonly ListOptions HeadOnly = new() { Limit = 1 };

    /// <summary>Waits, however long it takes.</summary>
    /// <param name="specs">What the controller watches.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The revisions that its caches have to reach: they show all that earlier incarnations have written.</returns>
    public async Task<ImmutableArray<KeyValuePair<GroupVersionResource, long>>> RunAsync(IReadOnlyList<WatchSpec> specs, CancellationToken cancel)
    {
        var synced = informers.SyncedAsync(runtime.Time, runtime.Settings.Patience, cancel);
        await synced.WaitAsync(runtime.Settings.Patience, runtime.Time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (!synced.IsCompleted)
            hindered(Hindrance.OfCaches(runtime.Settings.Patience));
        await synced;
        var heads = await Task.WhenAll(specs.Select(s => tenure is null ? HeadAsync(s.Resource, cancel) : BeginAsync(tenure, s, cancel)));
        return [.. specs.Zip(heads, static (s, head) => KeyValuePair.Create(s.Resource, head))];
    }

    private async Task<long> BeginAsync(ITenuredClient incarnation, WatchSpec spec, CancellationToken cancel)
    {
        var begun = runtime.Time.GetTimestamp();
        for (var failures = 1; ; failures++)
            try
            {
                return await incarnation.BeginAsync(spec.Resource, cancel);
            }
            catch (Exception fault) when (!cancel.IsCancellationRequested)
            {
                var waited = runtime.Time.GetElapsedTime(begun);
                if (fault is ApiException { Status.Code: 404 or 405 } || (!spec.Essential && waited >= runtime.Settings.Patience))
                    return 0;
                hindered(Hindrance.OfTenure(spec.Resource, fault, waited));
                await Task.Delay(Pauses.Delay(failures), runtime.Time, cancel);
            }
    }

    private async Task<long> HeadAsync(GroupVersionResource resource, CancellationToken cancel)
    {
        try
        {
            return long.Parse((await runtime.Reader.ListAsync(resource, null, HeadOnly, cancel)).ResourceVersion);
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            // Not even knowing the head, the cache as it is has to do; compare-and-set and deterministic names guard the writes.
            return 0;
        }
    }
}
