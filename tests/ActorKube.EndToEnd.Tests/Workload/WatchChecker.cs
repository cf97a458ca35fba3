using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.EndToEnd.Tests.Workload;

/// <summary>
/// Lists once and then watches a resource through one server, resuming wherever a watch ends. Checks that events never go back, repeat or leave something out, that no counter loses an
/// update, and that a pod never changes its node.
/// </summary>
internal sealed class WatchChecker(string server, GroupVersionResource resource, IResourceClient client)
{
    private readonly Dictionary<ObjectKey, StoredObject> _objects = [];
    private readonly SortedDictionary<long, string> _order = [];
    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _revision;

    /// <summary>Completes when it has listed.</summary>
    public Task Listed => _listed.Task;

    /// <summary>How often a watch ended and was resumed.</summary>
    public int Resumed { get; private set; }

    /// <summary>How often the server had forgotten the past (410), so that it had to list again.</summary>
    public int ListedAgain { get; private set; }

    public long Events => _order.Count;

    /// <summary>Told of each event as soon as it is here.</summary>
    public Action<WatchEvent>? OnEvent { get; set; }

    /// <summary>What it has seen, in order, for example <c>Added default/web-1</c>.</summary>
    public IEnumerable<string> Story => _order.Values;

    /// <summary>Watches until it has seen <paramref name="last"/>, which may become known later.</summary>
    public async Task RunAsync(Task<long> last, CancellationToken limit)
    {
        while (_revision == 0 || !last.IsCompleted || _revision < await last)
        {
            using var turn = CancellationTokenSource.CreateLinkedTokenSource(limit);
            _ = last.ContinueWith(_ => turn.CancelAfter(TimeSpan.FromSeconds(2)), limit, TaskContinuationOptions.None, TaskScheduler.Default);
            try
            {
                if (_revision == 0)
                    await ListAsync(limit);
                await foreach (var change in client.WatchAsync(resource, null, new WatchOptions { ResourceVersion = $"{_revision}" }, turn.Token))
                    Take(change);
            }
            catch (ApiException gone) when (gone.Is(StatusReason.Expired) || gone.Is(StatusReason.Gone))
            {
                ListedAgain++;
                _revision = 0;
            }
            catch (ApiException refused) when (refused.Status.Code is 429 or 503 or 504)
            {
                // Resumes.
            }
            catch (OperationCanceledException) when (!limit.IsCancellationRequested)
            {
                // Looks whether it is there yet.
            }
            Resumed++;
        }
    }

    /// <summary>The revision at which it has an object; null when it has none.</summary>
    public long? RevisionOf(ObjectKey key) => _objects.GetValueOrDefault(key)?.Revision;

    /// <summary>Whether two checkers have seen the same events wherever both have looked.</summary>
    public void CompareOrder(WatchChecker other)
    {
        if (_order.Count == 0 || other._order.Count == 0)
            return;
        var from = Math.Max(_order.Keys.First(), other._order.Keys.First());
        var to = Math.Min(_order.Keys.Last(), other._order.Keys.Last());
        Assert.Equal(Between(from, to), other.Between(from, to));
    }

    private IEnumerable<KeyValuePair<long, string>> Between(long from, long to) => _order.Where(e => e.Key >= from && e.Key <= to);

    private async Task ListAsync(CancellationToken cancel)
    {
        var list = await client.ListAsync(resource, null, null, cancel);
        _objects.Clear();
        _order.Clear();
        foreach (var item in list.Items)
            _objects.Add(item.Key, item);
        _revision = long.Parse(list.ResourceVersion);
        _listed.TrySetResult();
    }

    private void Take(WatchEvent change)
    {
        var revision = long.Parse(change.ResourceVersion);
        if (change.Type == WatchEventType.Bookmark)
        {
            Assert.True(revision >= _revision, $"{server}: the bookmark {revision} follows {_revision}.");
            _revision = revision;
            return;
        }
        var item = change.Object!;
        Assert.True(revision > _revision, $"{server}: the event {revision} ({change.Type} {item.Key}) follows {_revision}.");
        _revision = revision;
        _order.Add(revision, $"{change.Type} {item.Key}");
        var known = _objects.GetValueOrDefault(item.Key);
        Assert.True(known is null == change.Type is WatchEventType.Added, $"{server}: {change.Type} of {item.Key} at {revision}, which was {(known is null ? "not " : "")}there.");
        if (change.Type == WatchEventType.Deleted)
            _objects.Remove(item.Key);
        else
            _objects[item.Key] = item;
        if (change.Type == WatchEventType.Modified)
            CheckStep(known!, item);
        OnEvent?.Invoke(change);
    }

    private void CheckStep(StoredObject before, StoredObject after)
    {
        var node = before.Field("spec.nodeName");
        Assert.True(node.Length == 0 || node == after.Field("spec.nodeName"), $"{server}: pod {after.Key} was on {node} and is on {after.Field("spec.nodeName")} at {after.Revision}.");
        if (!after.Key.Name.StartsWith("counted-", StringComparison.Ordinal))
            return;
        var (old, counters) = (CountedObjects.Counters(before), CountedObjects.Counters(after));
        var steps = counters.Select(c => c.Value - old.GetValueOrDefault(c.Key)).Where(d => d != 0).ToArray();
        Assert.True(steps is [1] && old.Keys.All(counters.ContainsKey), $"{server}: between {before.Revision} and {after.Revision} the counters of {after.Key} changed by {string.Join(", ", steps)}.");
    }
}
