using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.GarbageCollection;

/// <summary>
/// Deletes objects whose owners are gone, and carries out foreground and orphaning deletion. Upstream: <c>pkg/controller/garbagecollector</c>. What it remembers, the owner graph, the
/// owners known to be absent and the uids there are, is an index over the caches, rebuilt at every start.
/// </summary>
internal sealed class GarbageCollector(int absentOwnersKept = GarbageCollector.DefaultAbsentOwners) : IReconciler
{
    public const int DefaultAbsentOwners = 500;
    public const string Foreground = "foregroundDeletion";
    public const string Orphan = "orphan";

    private readonly OwnerGraph _graph = new();
    private readonly AbsentOwners _absent = new(absentOwnersKept);
    private readonly KnownUids _uids = new();
    private OwnerResolver _owners = new([]);

    public string Name => "garbage-collector-controller";

    public IReadOnlyList<WatchSpec> WatchesOf(IReadOnlyList<ServedResource> served)
    {
        var before = _owners.Collected;
        _owners = new OwnerResolver(served);
        // What comes back comes as new.
        foreach (var gone in before.Where(r => _owners.Find(r.Resource.Resource) is null))
        {
            _graph.Forget(gone.Resource.Resource);
            _uids.Forget(gone.Resource.Resource);
        }
        return [.. _owners.Collected.Select(r => new WatchSpec(r.Resource, Affected) { Essential = false })];
    }

    public Plan Reconcile(ReconcileContext context)
    {
        var (resource, key) = GcKeys.Read(context.Key);
        if (_owners.Find(resource) is not { } served || context.View.Of(served.Resource).Find(key) is not { } item)
            return Plan.Nothing;
        var head = item.Head;
        if (head.Deleted is not null && head.Finalizers.Contains(Orphan))
            return Orphaning(context, served, item.Object);
        if (head.Deleted is not null && head.Finalizers.Contains(Foreground))
            return Blocking(context, served, item.Object).Any() ? Plan.Nothing : RemoveFinalizer(served, item.Object, Foreground, "none of its dependents blocks its deletion any longer");
        if (head.Deleted is not null || head.Owners.Count == 0)
            return Plan.Nothing;

        var judged = OwnerJudgement.Of(context, _owners, _absent, _uids, item.Object);
        if (judged.Reads.Count > 0)
            return new Plan { Reads = [.. judged.Reads] };
        var plan = new PlanBuilder();
        foreach (var owner in judged.Elsewhere)
            plan.Record(InvalidNamespace(served, item.Object, owner));
        if (judged.Obstacle is not null)
            return judged.IsHopeless ? plan.Build() : plan.RetryBecause(judged.Obstacle).Build();
        Collect(plan, context, served, item.Object, judged);
        return plan.Build();
    }

    private void Collect(PlanBuilder plan, ReconcileContext context, ServedResource served, StoredObject item, OwnerJudgement judged)
    {
        if (judged.Solid > 0)
        {
            if (judged.Dangling.Count + judged.Waiting.Count > 0)
                DropOwners(plan, served, item, [.. judged.Dangling, .. judged.Waiting]);
            return;
        }
        var dependents = judged.Waiting.Count > 0 ? Dependents(context, served, item).ToList() : [];
        if (dependents.Count > 0)
        {
            plan.Because($"its owner {judged.Waiting[0].Kind} {judged.Waiting[0].Name} is deleted in the foreground");
            // A circle would wait for itself for ever; it is broken where it is noticed, and deleted as it is then.
            if (item.Head.Owners.Any(o => o.BlockOwnerDeletion) && dependents.Any(d => d.Object.Head.Deleted is not null && d.Object.Head.Finalizers.Contains(Foreground)))
                plan.Do(Unblock(served, item));
            else
                plan.Do(Delete(served, item, Foreground));
            return;
        }
        var lost = judged.Waiting.Concat(judged.Dangling).First();
        plan.Because(judged.Waiting.Count > 0 ? $"its owner {lost.Kind} {lost.Name} is deleted in the foreground" : $"its owner {lost.Kind} {lost.Name} is gone")
            .Do(Delete(served, item, null));
    }

    private static EventSpec InvalidNamespace(ServedResource served, StoredObject item, OwnerReference owner)
    {
        var ns = item.Key.Namespace;
        return EventSpec.Warn(ObjectReference.To(served.GroupVersionKind, item), "OwnerRefInvalidNamespace",
            $"ownerRef [{owner.ApiVersion}/{owner.Kind}, namespace: {ns}, name: {owner.Name}, uid: {owner.Uid}] does not exist in namespace \"{ns}\"");
    }

    private Plan Orphaning(ReconcileContext context, ServedResource served, StoredObject item)
    {
        var releases = Dependents(context, served, item)
            .Select(d => new PatchStep(ObjectAddress.Of(d.Served.Resource, d.Object.Key), PatchType.Merge, WithoutOwners(d.Object, [item.Head.Uid]))
            {
                Tolerates = [StatusReason.NotFound],
            }).ToArray();
        var plan = new PlanBuilder().Because($"is deleted and leaves {releases.Length} dependents behind");
        plan.Do(StageMode.Parallel, releases);
        return plan.Do(Finalize(served, item, Orphan)).Build();
    }

    private static Plan RemoveFinalizer(ServedResource served, StoredObject item, string finalizer, string why) =>
        new PlanBuilder().Because(why).Do(Finalize(served, item, finalizer)).Build();

    private static void DropOwners(PlanBuilder plan, ServedResource served, StoredObject item, List<OwnerReference> gone) =>
        plan.Because($"keeps other owners; {string.Join(", ", gone.Select(o => $"{o.Kind} {o.Name}"))} {(gone.Count == 1 ? "is" : "are")} gone or going")
            .Do(new PatchStep(ObjectAddress.Of(served.Resource, item.Key), PatchType.Merge, WithoutOwners(item, gone.Select(o => o.Uid).ToHashSet())) { Tolerates = [StatusReason.NotFound] });

    private static DeleteStep Delete(ServedResource served, StoredObject item, string? waitingFor)
    {
        // An object may have been given a policy by its own finalizers; deleting it another way would break the promise.
        var policy = item.Head.Finalizers.Contains(Orphan) ? "Orphan" : waitingFor is not null || item.Head.Finalizers.Contains(Foreground) ? "Foreground" : "Background";
        return new DeleteStep(ObjectAddress.Of(served.Resource, item.Key), new DeleteOptions
        {
            PropagationPolicy = policy,
            Uid = item.Head.Uid,
            ResourceVersion = item.Revision.ToString(),
        }) { Tolerates = [StatusReason.NotFound] };
    }

    private static PatchStep Finalize(ServedResource served, StoredObject item, string finalizer) =>
        new(ObjectAddress.Of(served.Resource, item.Key), PatchType.Merge, Metadata(item, "finalizers",
            new JsonArray([.. item.Head.Finalizers.Where(f => f != finalizer).Select(f => (JsonNode)f)]))) { Tolerates = [StatusReason.NotFound] };

    private static PatchStep Unblock(ServedResource served, StoredObject item) =>
        new(ObjectAddress.Of(served.Resource, item.Key), PatchType.Merge, Metadata(item, "ownerReferences",
            new JsonArray([.. item.Head.Owners.Select(o => OwnerReferences.ToJson(o with { BlockOwnerDeletion = false }))]))) { Tolerates = [StatusReason.NotFound] };

    // Merge patches replace lists as a whole, and custom resources take no others; the revision guards what is replaced.
    private static ReadOnlyMemory<byte> WithoutOwners(StoredObject item, HashSet<string> uids) =>
        Metadata(item, "ownerReferences", new JsonArray([.. item.Edit().Items("metadata", "ownerReferences").Where(o => !uids.Contains(o.Text("uid"))).Select(o => o.DeepClone())]));

    private static ReadOnlyMemory<byte> Metadata(StoredObject item, string field, JsonArray value) =>
        new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = item.Revision.ToString(), [field] = value } }.Encode();

    // Those that name it where it is: whoever names the uid from another namespace, or under another name, neither holds it up nor is kept for it.
    private IEnumerable<(ServedResource Served, StoredObject Object)> Dependents(ReconcileContext context, ServedResource ownerServed, StoredObject owner)
    {
        foreach (var dependent in _graph.DependentsOf(owner.Head.Uid))
        {
            var (resource, key) = GcKeys.Read(dependent);
            if (_owners.Find(resource) is { } served && context.View.Of(served.Resource).Find(key)?.Object is { } item
                && item.Head.Owners.Any(o => o.Uid == owner.Head.Uid && _owners.ResourceOf(o)?.Resource == ownerServed.Resource && OwnerResolver.KeyOf(ownerServed, o, item.Key.Namespace) == owner.Key))
                yield return (served, item);
        }
    }

    private IEnumerable<StoredObject> Blocking(ReconcileContext context, ServedResource served, StoredObject owner) =>
        Dependents(context, served, owner).Select(d => d.Object).Where(d => d.Head.Owners.Any(o => o.Uid == owner.Head.Uid && o.BlockOwnerDeletion));

    // Which objects a change may have made garbage, or freed.
    private IEnumerable<ObjectKey> Affected(ObjectChanged change, IClusterView view)
    {
        var (before, after) = (change.Old?.Head, change.New?.Head);
        var latest = change.Latest.Head;
        var key = GcKeys.Of(change.Resource.Resource, latest.Key);
        var recreated = before is not null && after is not null && before.Uid != after.Uid;
        _graph.Change(key, before?.Owners ?? [], after?.Owners ?? []);
        _uids.Change(change.Resource.Resource, before?.Uid, after?.Uid);
        if (after is null || recreated)
        {
            _absent.Add(change.Resource.Resource, before!.Key, before.Uid);
            foreach (var dependent in _graph.DependentsOf(before.Uid))
                yield return dependent;
        }
        foreach (var owner in before?.Owners ?? [])
            if (after is null || !after.Owners.Contains(owner))
                if (WaitingOwner(owner, latest.Key.Namespace, view) is { } waiting)
                    yield return waiting;
        if (after is null)
            yield break;
        if (IsGoing(after))
        {
            yield return key;
            // Its way to go may have been chosen after its deletion.
            if (before is null || recreated || !IsGoing(before))
                foreach (var dependent in _graph.DependentsOf(after.Uid))
                    yield return dependent;
        }
        else if (after.Deleted is null && after.Owners.Count > 0 && (before is null || recreated || !before.Owners.SequenceEqual(after.Owners)) && after.Owners.Any(o => !IsKnown(o, after.Key.Namespace, view)))
        {
            yield return key;
        }
    }

    private static bool IsGoing(ObjectHead head) => head.Deleted is not null && (head.Finalizers.Contains(Foreground) || head.Finalizers.Contains(Orphan));

    private ObjectKey? WaitingOwner(OwnerReference owner, string ns, IClusterView view) =>
        _owners.ResourceOf(owner) is { } resource && _owners.Cached(resource, owner, ns, view.Of)?.Head is { Deleted: not null } head && head.Uid == owner.Uid
            ? GcKeys.Of(resource.Resource.Resource, head.Key)
            : null;

    // Owners that are there and stay need no decision; that is the case of nearly every object ever created.
    private bool IsKnown(OwnerReference owner, string ns, IClusterView view) =>
        _owners.ResourceOf(owner) is { } resource && _owners.Cached(resource, owner, ns, view.Of)?.Head is { Deleted: null } head && head.Uid == owner.Uid;
}
