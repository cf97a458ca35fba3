using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;

namespace ActorKube.NodeAgent.Tests.Support;

/// <summary>An API in memory: enough of the server's behaviour for an agent, with the wire recorded and failures on demand.</summary>
internal sealed class FakeCluster(TimeProvider time) : IResourceClient
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(string Plural, string Ns, string Name), JsonObject> _objects = [];
    private readonly List<(string Plural, string? Selector, ChannelWriter<WatchEvent> Writer)> _watchers = [];
    private readonly List<(string Plural, StoredObject Object)> _gone = [];
    private long _revision = 100;
    private bool _isDown;

    /// <summary>Every write, in order: <c>PATCH pods/default/web/status</c>, with its body.</summary>
    public ConcurrentQueue<(string What, JsonNode? Body)> Writes { get; } = new();

    /// <summary>Called after every write by whoever has written, outside of any lock. Writers do so at the same time, and before or after a write of which <see cref="Writes"/> tells: the arguments say which one it was.</summary>
    public event EventHandler<Change>? Changed;

    /// <summary>A write that was made.</summary>
    /// <param name="what">As in <see cref="Writes"/>; empty for the writes of others.</param>
    internal sealed class Change(string what) : EventArgs
    {
        public string What => what;
    }

    /// <summary>While true nothing answers, and watches break.</summary>
    public bool IsDown
    {
        get => Volatile.Read(ref _isDown);
        set
        {
            lock (_gate)
            {
                Volatile.Write(ref _isDown, value);
                if (value)
                    foreach (var watcher in _watchers)
                        watcher.Writer.TryComplete(ApiErrors.ServiceUnavailable("down"));
                if (value)
                    _watchers.Clear();
            }
        }
    }

    public JsonObject? Find(string plural, string ns, string name)
    {
        lock (_gate)
            return _objects.TryGetValue((plural, ns, name), out var found) ? (JsonObject)found.DeepClone() : null;
    }

    public IReadOnlyList<JsonObject> All(string plural)
    {
        lock (_gate)
            return [.. _objects.Where(o => o.Key.Plural == plural).Select(o => (JsonObject)o.Value.DeepClone())];
    }

    /// <summary>Stores an object as somebody else's write.</summary>
    public StoredObject Put(string plural, JsonObject item) => Store(plural, item, WatchEventType.Modified);

    /// <summary>Asks for a pod's deletion, as <c>kubectl delete</c> does.</summary>
    public void DeletePod(string ns, string name, long grace)
    {
        var pod = Find("pods", ns, name)!;
        pod["metadata"]!["deletionTimestamp"] = Time(grace);
        pod["metadata"]!["deletionGracePeriodSeconds"] = grace;
        Put("pods", pod);
    }

    /// <summary>Takes an object out at once.</summary>
    public void Remove(string plural, string ns, string name)
    {
        lock (_gate)
            if (_objects.Remove((plural, ns, name), out var old))
            {
                old["metadata"]!["resourceVersion"] = (++_revision).ToString();
                _gone.Add((plural, Stored(old)));
                Publish(plural, new WatchEvent(WatchEventType.Deleted, Stored(old), _revision.ToString()));
            }
        Changed?.Invoke(this, new Change(""));
    }

    public ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default)
    {
        Check();
        return new(Stored(Find(address.Resource.Plural, address.Namespace, address.Name) ?? throw ApiErrors.NotFound(address.Resource.Resource, address.Name)));
    }

    public ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default)
    {
        Check();
        lock (_gate)
            return new(new ObjectList([.. _objects.Where(o => o.Key.Plural == resource.Plural).Select(o => Stored(o.Value)).Where(o => Matches(o, options?.FieldSelector))], _revision.ToString(), null));
    }

    public async IAsyncEnumerable<WatchEvent> WatchAsync(GroupVersionResource resource, string? ns, WatchOptions options, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        Check();
        var channel = Channel.CreateUnbounded<WatchEvent>();
        lock (_gate)
        {
            var from = long.Parse(options.ResourceVersion);
            foreach (var (key, item) in _objects.Where(o => o.Key.Plural == resource.Plural))
                if (Stored(item) is var stored && stored.Revision > from && Matches(stored, options.FieldSelector))
                    channel.Writer.TryWrite(new WatchEvent(WatchEventType.Modified, stored, stored.Revision.ToString()));
            foreach (var (_, old) in _gone.Where(g => g.Plural == resource.Plural))
                if (old.Revision > from && Matches(old, options.FieldSelector))
                    channel.Writer.TryWrite(new WatchEvent(WatchEventType.Deleted, old, old.Revision.ToString()));
            _watchers.Add((resource.Plural, options.FieldSelector, channel.Writer));
        }
        await foreach (var item in channel.Reader.ReadAllAsync(cancel))
            yield return item;
    }

    public ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default)
    {
        Check();
        var item = Parse(body);
        Writes.Enqueue(($"POST {Path(address)}", item.DeepClone()));
        if (address.Subresource.Length > 0 || Virtual.TryGetValue(address.Resource.Plural, out _))
            return new(Raw(Virtual[address.Subresource.Length > 0 ? address.Subresource : address.Resource.Plural](item)));
        var name = (string)item["metadata"]!["name"]!;
        if (Find(address.Resource.Plural, address.Namespace, name) is not null)
            throw ApiErrors.AlreadyExists(address.Resource.Resource, name);
        return new(Store(address.Resource.Plural, item, WatchEventType.Added));
    }

    /// <summary>Answers to posts that store nothing: by subresource (<c>token</c>) or resource (<c>tokenreviews</c>).</summary>
    public Dictionary<string, Func<JsonObject, JsonObject>> Virtual { get; } = [];

    public ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) =>
        throw new NotSupportedException("Agents do not update.");

    public ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default)
    {
        Check();
        var change = Parse(patch);
        var what = $"PATCH {Path(address)}";
        Writes.Enqueue((what, change.DeepClone()));
        StoredObject stored;
        // Reading and writing are one step, as on the server: a write of somebody else in between would be lost.
        lock (_gate)
        {
            var item = Find(address.Resource.Plural, address.Namespace, address.Name) ?? throw ApiErrors.NotFound(address.Resource.Resource, address.Name);
            if (change["metadata"]?["uid"] is { } uid && (string)uid! != (string)item["metadata"]!["uid"]!)
                throw ApiErrors.Conflict(address.Resource.Resource, address.Name, "uid mismatch");
            if (change["metadata"]?["resourceVersion"] is { } version && (string)version! != (string)item["metadata"]!["resourceVersion"]!)
                throw ApiErrors.Modified(address.Resource.Resource, address.Name);
            FakePatch.Apply(item, change, strategic: type == PatchType.StrategicMerge);
            stored = Keep(address.Resource.Plural, item, WatchEventType.Modified);
        }
        Changed?.Invoke(this, new Change(what));
        return new(stored);
    }

    public ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default)
    {
        Check();
        Writes.Enqueue(($"DELETE {Path(address)}?grace={options?.GracePeriodSeconds}", null));
        var item = Find(address.Resource.Plural, address.Namespace, address.Name) ?? throw ApiErrors.NotFound(address.Resource.Resource, address.Name);
        if (options?.Uid is { } uid && uid != (string)item["metadata"]!["uid"]!)
            throw ApiErrors.Conflict(address.Resource.Resource, address.Name, "uid mismatch");
        Remove(address.Resource.Plural, address.Namespace, address.Name);
        return new(Stored(item));
    }

    public ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default) =>
        throw new NotSupportedException("Agents do not delete collections.");

    private StoredObject Store(string plural, JsonObject item, WatchEventType type)
    {
        var stored = Keep(plural, item, type);
        Changed?.Invoke(this, new Change(""));
        return stored;
    }

    private StoredObject Keep(string plural, JsonObject item, WatchEventType type)
    {
        lock (_gate)
        {
            var meta = (JsonObject)item["metadata"]!;
            meta["uid"] ??= $"uid-{meta["name"]}";
            meta["resourceVersion"] = (++_revision).ToString();
            var key = (plural, (string?)meta["namespace"] ?? "", (string)meta["name"]!);
            if (!_objects.ContainsKey(key))
                type = WatchEventType.Added;
            _objects[key] = (JsonObject)item.DeepClone();
            var stored = Stored(item);
            Publish(plural, new WatchEvent(type, stored, _revision.ToString()));
            return stored;
        }
    }

    private void Publish(string plural, WatchEvent change)
    {
        foreach (var watcher in _watchers)
            if (watcher.Plural == plural && Matches(change.Object!, watcher.Selector))
                watcher.Writer.TryWrite(change);
    }

    private void Check()
    {
        if (IsDown)
            throw ApiErrors.ServiceUnavailable("the control plane is down");
    }

    private string Time(long seconds) => (time.GetUtcNow() + TimeSpan.FromSeconds(seconds)).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    private static bool Matches(StoredObject item, string? selector) =>
        selector is null || (selector.Split('=') is [var path, var value] && item.Field(path) == value);

    private static string Path(ObjectAddress a) => string.Join('/', new[] { a.Resource.Plural, a.Namespace, a.Name, a.Subresource }.Where(p => p.Length > 0));

    private static JsonObject Parse(ReadOnlyMemory<byte> json) => (JsonObject)JsonNode.Parse(json.Span)!;

    private static StoredObject Stored(JsonObject item) => StoredObject.Parse(Encoding.UTF8.GetBytes(item.ToJsonString()));

    private static StoredObject Raw(JsonObject item)
    {
        item["metadata"] ??= new JsonObject { ["name"] = "answer" };
        return Stored(item);
    }
}
