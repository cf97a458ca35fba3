using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;

namespace ActorKube.Testing.Fakes;

/// <summary>
/// An API server in a dictionary: revisions per resource, compare-and-set, generations, finalizers, grace of pods on nodes, cascading finalizers, watches with
/// history. Everything completes on the caller's thread, watchers included, so that a test is one deterministic sequence.
/// </summary>
public sealed class MemoryCluster(TimeProvider time) : ITenuredClient
{
    private readonly Dictionary<GroupVersionResource, MemoryResource> _resources = [];
    // Actors and informers come on many threads; a watcher that reads on the writer's thread comes again on the same one.
    private readonly Lock _gate = new();
    private readonly List<string> _log = [];
    private int _uids;

    /// <summary>Every write attempted, as <c>verb resource[/subresource] key</c>.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            using var scope = _gate.EnterScope();
            return [.. _log];
        }
    }

    /// <summary>Objects that lists have given so far.</summary>
    public long Listed { get; private set; }

    /// <summary>Makes requests fail: verb and address in, failure or null out. Verbs: get, list, watch, those of writes, and begin for tenures, which nothing is bound to.</summary>
    public Func<string, ObjectAddress, ApiException?>? Fault { get; set; }

    /// <summary>Answers reviews: question in, answer or null for what is stored.</summary>
    public Func<ObjectAddress, JsonObject, JsonObject?>? Review { get; set; }

    /// <summary>Answers gets that nothing stored stands behind, by what is asked for; null for what is stored.</summary>
    public Func<ObjectAddress, ReadOptions?, JsonObject?>? Reading { get; set; }

    public MemoryResource this[GroupVersionResource resource]
    {
        get
        {
            using var scope = _gate.EnterScope();
            if (!_resources.TryGetValue(resource, out var known))
                _resources.Add(resource, known = new MemoryResource(resource, _gate));
            return known;
        }
    }

    public StoredObject? Find(GroupVersionResource resource, string ns, string name) => this[resource].Find(new ObjectKey(ns, name));

    public JsonObject Json(GroupVersionResource resource, string ns, string name) =>
        Find(resource, ns, name)?.Edit() ?? throw new InvalidOperationException($"There is no {resource.Plural} {ns}/{name}.");

    public ValueTask<long> BeginAsync(GroupVersionResource resource, CancellationToken cancel = default)
    {
        using var scope = _gate.EnterScope();
        Check("begin", new ObjectAddress(resource, "", ""));
        return new(this[resource].Revision);
    }

    public ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default)
    {
        using var scope = _gate.EnterScope();
        Check("get", address);
        if (Reading?.Invoke(address, options) is { } answer)
            return new(StoredObject.Parse(answer.Encode()));
        return new(this[address.Resource].Find(address.Key) ?? throw ApiErrors.NotFound(address.Resource.Resource, address.Name));
    }

    public ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default)
    {
        using var scope = _gate.EnterScope();
        Check("list", new ObjectAddress(resource, ns ?? "", ""));
        var all = this[resource].All.Where(o => string.IsNullOrEmpty(ns) || o.Key.Namespace == ns).OrderBy(o => o.Key).ToArray();
        var page = options?.Limit > 0 ? all[..(int)Math.Min(options.Limit, all.Length)] : all;
        Listed += page.Length;
        return new(new ObjectList(page, this[resource].Revision.ToString(), null));
    }

    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        GroupVersionResource resource, string? ns, WatchOptions options, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        Check("watch", new ObjectAddress(resource, ns ?? "", ""));
        using var watch = Open(resource, long.Parse(options.ResourceVersion));
        await foreach (var change in watch.Reader.ReadAllAsync(cancel))
            yield return change;
    }

    public ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) =>
        new(Create(address, JsonNode.Parse(body.Span)!.AsObject()));

    public StoredObject Create(ObjectAddress address, JsonObject json)
    {
        using var scope = _gate.EnterScope();
        var name = address.Name.Length > 0 ? address.Name : json.Text("metadata", "name");
        address = address with { Name = name };
        Note("create", address);
        if (Review?.Invoke(address, json) is { } answer)
            return StoredObject.Parse(answer.Encode());
        if (this[address.Resource].Find(address.Key) is not null)
            throw ApiErrors.AlreadyExists(address.Resource.Resource, name);
        var metadata = json.Child("metadata");
        metadata["name"] = name;
        if (address.Namespace.Length > 0)
            metadata["namespace"] = address.Namespace;
        metadata["uid"] = metadata.Text("uid") is { Length: > 0 } given ? given : $"uid-{++_uids:D5}";
        metadata["creationTimestamp"] = JsonWriting.Time(time.GetUtcNow());
        metadata["generation"] = 1;
        return this[address.Resource].Put(json);
    }

    public ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default)
    {
        using var scope = _gate.EnterScope();
        Note("update", address);
        return new(Replace(address, JsonNode.Parse(body.Span)!.AsObject()));
    }

    public ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default)
    {
        using var scope = _gate.EnterScope();
        Note("patch", address);
        var current = Existing(address).Edit();
        var change = JsonNode.Parse(patch.Span)!.AsObject();
        MemoryPatches.Apply(current, change, strategic: type == PatchType.StrategicMerge);
        return new(Replace(address, current));
    }

    public ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default) => new(Delete(address, options));

    public StoredObject Delete(ObjectAddress address, DeleteOptions? options = null)
    {
        using var scope = _gate.EnterScope();
        Note("delete", address);
        options ??= new DeleteOptions();
        var current = Existing(address);
        if (options.Uid is { } uid && uid != current.Head.Uid)
            throw ApiErrors.Conflict(address.Resource.Resource, address.Name, "the UID in the precondition does not match");
        if (options.ResourceVersion is { } revision && revision != current.Revision.ToString())
            throw ApiErrors.Modified(address.Resource.Resource, address.Name);
        var json = current.Edit();
        var metadata = json.Child("metadata");
        var finalizers = new HashSet<string>(current.Head.Finalizers);
        if (options.PropagationPolicy == "Foreground")
            finalizers.Add("foregroundDeletion");
        if (options.PropagationPolicy == "Orphan")
            finalizers.Add("orphan");
        metadata["finalizers"] = new JsonArray([.. finalizers.Select(f => (JsonNode)f)]);
        var graceful = address.Resource == WellKnownResources.Pods && json.Text("spec", "nodeName").Length > 0 && options.GracePeriodSeconds != 0;
        var namespaced = address.Resource == WellKnownResources.Namespaces && json.Items("spec", "finalizers").Any();
        if (finalizers.Count == 0 && !graceful && !namespaced)
            return this[address.Resource].Remove(address.Key)!;
        metadata["deletionTimestamp"] ??= JsonWriting.Time(time.GetUtcNow().AddSeconds(graceful ? options.GracePeriodSeconds ?? 30 : 0));
        metadata["deletionGracePeriodSeconds"] ??= graceful ? options.GracePeriodSeconds ?? 30 : 0;
        if (namespaced)
            json.Child("status")["phase"] = "Terminating";
        // Whoever deletes what is being deleted changes nothing.
        return JsonNode.DeepEquals(json, current.Edit()) ? current : this[address.Resource].Put(json);
    }

    public ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default)
    {
        Note("deletecollection", new ObjectAddress(resource, ns ?? "", ""));
        foreach (var item in this[resource].All.Where(o => string.IsNullOrEmpty(ns) || o.Key.Namespace == ns).ToArray())
            Delete(ObjectAddress.Of(resource, item.Key), options);
        return default;
    }

    /// <summary>Changes an object past all rules, as another component would.</summary>
    public StoredObject Change(GroupVersionResource resource, string ns, string name, Action<JsonObject> change)
    {
        using var scope = _gate.EnterScope();
        var json = Json(resource, ns, name);
        change(json);
        return this[resource].Put(json);
    }

    /// <summary>Takes an object away past all rules.</summary>
    public void Vanish(GroupVersionResource resource, string ns, string name)
    {
        using var scope = _gate.EnterScope();
        this[resource].Remove(new ObjectKey(ns, name));
    }

    private MemoryWatch Open(GroupVersionResource resource, long after)
    {
        using var scope = _gate.EnterScope();
        return this[resource].Watch(after);
    }

    private StoredObject Replace(ObjectAddress address, JsonObject sent)
    {
        var current = Existing(address);
        if (sent.Text("metadata", "uid") is { Length: > 0 } uid && uid != current.Head.Uid)
            throw ApiErrors.Conflict(address.Resource.Resource, address.Name, "the UID in the precondition does not match");
        if (sent.Text("metadata", "resourceVersion") is { Length: > 0 } revision && revision != current.Revision.ToString())
            throw ApiErrors.Modified(address.Resource.Resource, address.Name);
        var old = current.Edit();
        if (address.Subresource is "status" or "approval")
        {
            // Metadata can be changed on this way, too.
            var (status, metadata) = (sent["status"]?.DeepClone(), sent["metadata"]?.DeepClone());
            sent = current.Edit();
            (sent["status"], sent["metadata"]) = (status, metadata);
        }
        else
        {
            sent["status"] = old["status"]?.DeepClone();
            if (!JsonNode.DeepEquals(old["spec"], sent["spec"]) && address.Subresource != "finalize")
                sent.Child("metadata")["generation"] = current.Head.Generation + 1;
        }
        if (JsonNode.DeepEquals(old, sent))
            return current;
        var leaving = current.Head.Deleted is not null;
        if (leaving && !sent.Items("metadata", "finalizers").Any() && !(address.Resource == WellKnownResources.Namespaces && sent.Items("spec", "finalizers").Any())
            && !(sent.Number("metadata", "deletionGracePeriodSeconds") > 0))
            return this[address.Resource].Remove(address.Key)!;
        return this[address.Resource].Put(sent);
    }

    private StoredObject Existing(ObjectAddress address) =>
        this[address.Resource].Find(address.Key) ?? throw ApiErrors.NotFound(address.Resource.Resource, address.Name);

    private void Note(string verb, ObjectAddress address)
    {
        _log.Add($"{verb} {address.Resource.Plural}{(address.Subresource.Length > 0 ? "/" + address.Subresource : "")} {address.Key}");
        Check(verb, address);
    }

    private void Check(string verb, ObjectAddress address)
    {
        if (Fault?.Invoke(verb, address) is { } fault)
            throw fault;
    }
}
