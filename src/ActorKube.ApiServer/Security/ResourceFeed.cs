using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Running;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security;

/// <summary>Keeps something in step with one resource: first everything there is, then each change, for as long as the process lives.</summary>
/// <param name="store">Where it is read.</param>
/// <param name="resource">The resource.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="log">Told of what nobody expected; the feed begins anew then.</param>
internal sealed partial class ResourceFeed(IResourceStore store, ResourceId resource, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<(long Revision, TaskCompletionSource Reached)> _waiting = [];
    private long _revision;

    /// <summary>Runs until cancelled.</summary>
    /// <param name="reset">Takes the whole content; called at the start and whenever the thread of changes was lost.</param>
    /// <param name="apply">Takes one change.</param>
    /// <param name="cancel">Ends the feed.</param>
    public async Task RunAsync(Action<IEnumerable<StoredObject>> reset, Action<ResourceChange> apply, CancellationToken cancel)
    {
        long? position = null;
        var work = new RepeatedWork(new BackoffPolicy(Pause, LongestPause), time, (failure, _) => LogAnew(log, resource.Resource.ToString(), failure));
        // The stream ended or failed: the owner moves or restarts, which takes a moment. Cancelling is the only other end.
        await work.RunAsync(FollowAsync, stop => Task.Delay(Pause, time, stop), cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);

        async Task FollowAsync(CancellationToken stop)
        {
            try
            {
                if (position is null)
                {
                    var snapshot = await store.ReadAsync(resource, ReadAt.Latest, stop);
                    reset(snapshot.Range(null, null));
                    position = snapshot.Revision;
                    Advance(snapshot.Revision);
                }
                using var watch = await store.WatchAsync(resource, position.Value, ObjectFilter.All, stop);
                while (await watch.WaitAsync(stop))
                    while (watch.TryRead(out var change))
                    {
                        apply(change);
                        position = change.Revision;
                        Advance(change.Revision);
                    }
            }
            catch (ApiException e)
            {
                if (e.Is(StatusReason.Expired))
                    position = null;
            }
            catch
            {
                // Nobody knows what has been taken of the change that was under way.
                position = null;
                throw;
            }
        }
    }

    /// <summary>Waits, for a second at most, until everything that was acknowledged before this call has been applied.</summary>
    public async ValueTask CatchUpAsync(CancellationToken cancel)
    {
        var latest = (await store.ReadAsync(resource, ReadAt.Latest, cancel)).Revision;
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_revision >= latest)
                return;
            _waiting.Add((latest, reached));
        }
        try
        {
            await reached.Task.WaitAsync(Patience, time, cancel);
        }
        catch (TimeoutException)
        {
            lock (_lock)
                _waiting.RemoveAll(w => w.Reached == reached);
        }
    }

    private void Advance(long revision)
    {
        lock (_lock)
        {
            _revision = revision;
            foreach (var waiting in _waiting)
                if (waiting.Revision <= revision)
                    waiting.Reached.TrySetResult();
            _waiting.RemoveAll(w => w.Revision <= revision);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Following {Resource} failed; all of them are read again")]
    private static partial void LogAnew(ILogger log, string resource, Exception failure);
}
