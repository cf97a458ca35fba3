using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;

namespace ActorKube.Machinery.Informers;

/// <summary>
/// List, then watch, until cancelled: a stream that ends is resumed by revision, a revision too old to resume from leads to a new list, and a server that fails is
/// asked again after waits that grow.
/// </summary>
/// <param name="client">Its user has to be allowed to list and watch.</param>
/// <param name="resource">What is watched, in all namespaces.</param>
/// <param name="options">Waits, and who is told of failures.</param>
/// <param name="time">The clock of the waits.</param>
public sealed class Reflector(IResourceClient client, GroupVersionResource resource, InformerOptions options, TimeProvider time)
{
    /// <summary>Restricts what is listed and watched; null for everything.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>The same by labels.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Runs. Whatever a callback throws counts as a failure: what it was given is asked for again.</summary>
    /// <param name="listed">Given everything there is, at one revision: what is not in it does not exist.</param>
    /// <param name="changed">Given every change after that, bookmarks included, in order.</param>
    /// <param name="cancel">Ends it; the task then completes normally.</param>
    public async Task RunAsync(Action<ObjectList> listed, Action<WatchEvent> changed, CancellationToken cancel)
    {
        string? revision = null;
        var failures = 0;
        while (!cancel.IsCancellationRequested)
        {
            var heard = false;
            try
            {
                if (revision is null)
                {
                    var list = await client.ListAsync(
                        resource, null, FieldSelector is null && LabelSelector is null ? null : new ListOptions { FieldSelector = FieldSelector, LabelSelector = LabelSelector }, cancel);
                    listed(list);
                    revision = list.ResourceVersion;
                    heard = true;
                }
                var began = time.GetTimestamp();
                await foreach (var change in client.WatchAsync(resource, null, Watch(revision), cancel))
                {
                    changed(change);
                    revision = change.ResourceVersion;
                    heard = true;
                    failures = 0;
                }
                // A stream that ends without having said anything is treated like a failure, or a broken server would be asked in a tight loop; but not where it ends because its time is up.
                heard |= time.GetElapsedTime(began) > options.Backoff.Longest;
                failures = heard ? 0 : failures + 1;
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (ApiException gone) when (gone.Status.Code == 410)
            {
                revision = null;
                failures++;
                options.OnFault?.Invoke(resource, gone);
            }
            catch (Exception fault)
            {
                failures++;
                options.OnFault?.Invoke(resource, fault);
            }
            // The first renewed attempt after a stream that worked is free.
            if (failures > 0 && !(heard && failures == 1) && !await PauseAsync(failures, cancel))
                return;
        }
    }

    private WatchOptions Watch(string revision) => new() { ResourceVersion = revision, FieldSelector = FieldSelector, LabelSelector = LabelSelector, AllowBookmarks = options.Bookmarks };

    private async Task<bool> PauseAsync(int failures, CancellationToken cancel)
    {
        var pause = options.Backoff.Delay(failures) * (1 + options.Jitter * options.Random());
        await Task.Delay(pause, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return !cancel.IsCancellationRequested;
    }
}
