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
        var progress = new Progress();
        while (!cancel.IsCancellationRequested)
        {
            progress.Heard = false;
            try
            {
                if (progress.Revision is null)
                    await ListAsync(progress, listed, cancel);
                await WatchAsync(progress, progress.Revision!, changed, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                if (fault is ApiException { Status.Code: 410 })
                    progress.Revision = null;
                progress.Failures++;
                options.OnFault?.Invoke(resource, fault);
            }
            // The first renewed attempt after a stream that worked is free.
            if (progress.Failures > 0 && !(progress is { Heard: true, Failures: 1 }) && !await PauseAsync(progress.Failures, cancel))
                return;
        }
    }

    private async Task ListAsync(Progress progress, Action<ObjectList> listed, CancellationToken cancel)
    {
        var list = await client.ListAsync(
            resource, null, FieldSelector is null && LabelSelector is null ? null : new ListOptions { FieldSelector = FieldSelector, LabelSelector = LabelSelector }, cancel);
        listed(list);
        progress.Revision = list.ResourceVersion;
        progress.Heard = true;
    }

    // One stream, to its end.
    private async Task WatchAsync(Progress progress, string revision, Action<WatchEvent> changed, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        await foreach (var change in client.WatchAsync(resource, null, Watch(revision), cancel))
        {
            changed(change);
            progress.Revision = change.ResourceVersion;
            progress.Heard = true;
            progress.Failures = 0;
        }
        // A stream that ends without having said anything is treated like a failure, or a broken server would be asked in a tight loop; but not where it ends because its time is up.
        progress.Heard |= time.GetElapsedTime(began) > options.Backoff.Longest;
        progress.Failures = progress.Heard ? 0 : progress.Failures + 1;
    }

    private WatchOptions Watch(string revision) => new() { ResourceVersion = revision, FieldSelector = FieldSelector, LabelSelector = LabelSelector, AllowBookmarks = options.Bookmarks };

    private async Task<bool> PauseAsync(int failures, CancellationToken cancel)
    {
        var pause = options.Backoff.Delay(failures) * (1 + options.Jitter * options.Random());
        await Task.Delay(pause, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return !cancel.IsCancellationRequested;
    }

    private sealed class Progress
    {
        /// <summary>From where to go on; null for a new list.</summary>
        public string? Revision { get; set; }

        /// <summary>Failed attempts in a row.</summary>
        public int Failures { get; set; }

        /// <summary>Whether the server has said anything in this attempt.</summary>
        public bool Heard { get; set; }
    }
}
