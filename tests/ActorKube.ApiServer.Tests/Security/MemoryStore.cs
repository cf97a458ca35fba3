using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using System.Threading.Channels;

namespace ActorKube.ApiServer.Tests.Security;

/// <summary>A store of plain dictionaries with working snapshots and watches, enough to feed what security keeps in memory.</summary>
internal sealed class MemoryStore : IResourceStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ResourceId, SortedDictionary<ObjectKey, StoredObject>> _objects = [];
    private readonly Dictionary<ResourceId, List<ResourceChange>> _history = [];
    private readonly List<MemoryWatch> _watches = [];
    private long _revision = 1;

    public StoredObject Put(GroupResource resource, JsonObject content)
    {
        lock (_lock)
        {
            var id = ResourceId.Root(resource);
            var metadata = content["metadata"]!.AsObject();
            metadata["resourceVersion"] = (++_revision).ToString();
            metadata["uid"] ??= $"uid-{metadata["name"]}";
            var stored = StoredObject.Parse(System.Text.Encoding.UTF8.GetBytes(content.ToJsonString()));
            var type = Of(id).ContainsKey(stored.Key) ? ChangeType.Modified : ChangeType.Added;
            Of(id)[stored.Key] = stored;
            Publish(id, new ResourceChange(type, stored, _revision));
            return stored;
        }
    }

    public StoredObject Put(GroupResource resource, string json) => Put(resource, JsonNode.Parse(json)!.AsObject());

    public void Remove(GroupResource resource, string ns, string name)
    {
        lock (_lock)
        {
            var id = ResourceId.Root(resource);
            if (Of(id).Remove(new ObjectKey(ns, name), out var old))
                Publish(id, new ResourceChange(ChangeType.Deleted, old, ++_revision));
        }
    }

    public StoredObject? Find(GroupResource resource, ObjectKey key)
    {
        lock (_lock)
            return Of(ResourceId.Root(resource)).GetValueOrDefault(key);
    }

    /// <summary>Happens once, before the next read.</summary>
    public Func<Task>? BeforeRead { get; set; }

    public async ValueTask<IResourceSnapshot> ReadAsync(ResourceId resource, ReadAt at, CancellationToken cancel)
    {
        if (BeforeRead is { } before)
        {
            BeforeRead = null;
            await before();
        }
        lock (_lock)
            return new MemorySnapshot(new(Of(resource)), _revision);
    }

    public ValueTask<IResourceWatch> WatchAsync(ResourceId resource, long afterRevision, ObjectFilter filter, CancellationToken cancel)
    {
        lock (_lock)
        {
            var watch = new MemoryWatch(resource);
            foreach (var change in _history.GetValueOrDefault(resource, []).Where(c => c.Revision > afterRevision))
                watch.Changes.Writer.TryWrite(change);
            _watches.Add(watch);
            return ValueTask.FromResult<IResourceWatch>(watch);
        }
    }

    public ValueTask<WriteResult> WriteAsync(ResourceId resource, WriteCommand command, CancellationToken cancel) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<WriteResult>> WriteManyAsync(ResourceId resource, IReadOnlyList<WriteCommand> commands, CancellationToken cancel) => throw new NotSupportedException();

    private SortedDictionary<ObjectKey, StoredObject> Of(ResourceId id) => _objects.TryGetValue(id, out var found) ? found : _objects[id] = [];

    private void Publish(ResourceId id, ResourceChange change)
    {
        if (!_history.TryGetValue(id, out var history))
            _history[id] = history = [];
        history.Add(change);
        foreach (var watch in _watches.Where(w => w.Resource == id))
            watch.Changes.Writer.TryWrite(change);
    }

    private sealed class MemorySnapshot(SortedDictionary<ObjectKey, StoredObject> objects, long revision) : IResourceSnapshot
    {
        public long Revision => revision;
        public int Count => objects.Count;
        public StoredObject? Find(ObjectKey key) => objects.GetValueOrDefault(key);
        public IEnumerable<StoredObject> Range(string? ns, ObjectKey? after) => objects.Values.Where(o => (ns is null || o.Key.Namespace == ns) && (after is null || o.Key.CompareTo(after.Value) > 0));
        public int CountRange(string? ns, ObjectKey? after) => Range(ns, after).Count();
    }

    private sealed class MemoryWatch(ResourceId resource) : IResourceWatch
    {
        public ResourceId Resource => resource;
        public Channel<ResourceChange> Changes { get; } = Channel.CreateUnbounded<ResourceChange>();
        public long SafeRevision => 0;
        public bool TryRead([NotNullWhen(true)] out ResourceChange? change) => Changes.Reader.TryRead(out change);
        public ValueTask<bool> WaitAsync(CancellationToken cancel) => Changes.Reader.WaitToReadAsync(cancel);
        public void Dispose() => Changes.Writer.TryComplete();
    }
}
