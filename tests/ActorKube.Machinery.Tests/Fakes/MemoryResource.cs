using System.Text.Json.Nodes;
using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;

namespace ActorKube.Testing.Fakes;

/// <summary>One resource of a <see cref="MemoryCluster"/>.</summary>
public sealed class MemoryResource(GroupVersionResource resource, Lock gate)
{
    private readonly SortedDictionary<ObjectKey, StoredObject> _objects = [];
    private readonly List<WatchEvent> _history = [];
    private readonly List<MemoryWatch> _watches = [];
    private long _compacted;

    public long Revision { get; private set; } = 1;

    public IReadOnlyCollection<StoredObject> All
    {
        get
        {
            using var scope = gate.EnterScope();
            return [.. _objects.Values];
        }
    }

    public StoredObject? Find(ObjectKey key)
    {
        using var scope = gate.EnterScope();
        return _objects.GetValueOrDefault(key);
    }

    public StoredObject Put(JsonObject json)
    {
        json.Child("metadata")["resourceVersion"] = (++Revision).ToString();
        var item = StoredObject.Parse(json.Encode());
        var known = _objects.ContainsKey(item.Key);
        _objects[item.Key] = item;
        Tell(new WatchEvent(known ? WatchEventType.Modified : WatchEventType.Added, item, Revision.ToString()));
        return item;
    }

    public StoredObject? Remove(ObjectKey key)
    {
        if (!_objects.Remove(key, out var item))
            return null;
        var json = item.Edit();
        json.Child("metadata")["resourceVersion"] = (++Revision).ToString();
        var last = StoredObject.Parse(json.Encode());
        Tell(new WatchEvent(WatchEventType.Deleted, last, Revision.ToString()));
        return last;
    }

    /// <summary>Forgets the history: watches from before are told to list again.</summary>
    public void Compact()
    {
        _history.Clear();
        _compacted = Revision;
    }

    /// <summary>Ends all watches, in good order or with a failure.</summary>
    public void EndWatches(Exception? failure = null)
    {
        var ending = _watches.ToArray();
        _watches.Clear();
        foreach (var watch in ending)
            watch.End(failure);
    }

    /// <summary>Says how far things are without a change.</summary>
    public void Bookmark() => Tell(new WatchEvent(WatchEventType.Bookmark, null, Revision.ToString()));

    public int WatchCount => _watches.Count;

    public MemoryWatch Watch(long after)
    {
        if (after < _compacted)
            throw ApiErrors.Expired($"too old resource version: {after} ({resource.Plural})");
        var watch = new MemoryWatch(w => _watches.Remove(w));
        foreach (var change in _history.Where(e => long.Parse(e.ResourceVersion) > after))
            watch.Push(change);
        _watches.Add(watch);
        return watch;
    }

    private void Tell(WatchEvent change)
    {
        if (change.Type != WatchEventType.Bookmark)
            _history.Add(change);
        foreach (var watch in _watches.ToArray())
            watch.Push(change);
    }
}

/// <summary>A watcher's stream. Readers continue on the writer's thread.</summary>
public sealed class MemoryWatch(Action<MemoryWatch> ended) : IDisposable
{
    private readonly Channel<WatchEvent> _channel = Channel.CreateUnbounded<WatchEvent>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true, AllowSynchronousContinuations = true });

    public ChannelReader<WatchEvent> Reader => _channel.Reader;

    public void Push(WatchEvent change) => _channel.Writer.TryWrite(change);

    public void End(Exception? failure) => _channel.Writer.TryComplete(failure);

    public void Dispose() => ended(this);
}
