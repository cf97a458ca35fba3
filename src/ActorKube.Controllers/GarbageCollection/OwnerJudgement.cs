using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.GarbageCollection;

/// <summary>What the owners of an object are to it.</summary>
internal sealed class OwnerJudgement
{
    private readonly ReconcileContext _context;
    private readonly OwnerResolver _owners;
    private readonly AbsentOwners _absent;
    private readonly KnownUids _uids;

    private OwnerJudgement(ReconcileContext context, OwnerResolver owners, AbsentOwners absent, KnownUids uids) => (_context, _owners, _absent, _uids) = (context, owners, absent, uids);

    /// <summary>Owners that are there and stay.</summary>
    public int Solid { get; private set; }

    /// <summary>Owners that do not exist.</summary>
    public List<OwnerReference> Dangling { get; } = [];

    /// <summary>Owners that wait for their dependents to be deleted.</summary>
    public List<OwnerReference> Waiting { get; } = [];

    /// <summary>Owners to look for past the caches before anything is deleted for their absence.</summary>
    public List<LiveRead> Reads { get; } = [];

    /// <summary>Owners that are in another namespace, where they cannot own it.</summary>
    public List<OwnerReference> Elsewhere { get; } = [];

    /// <summary>Why nothing can be decided; null when it can.</summary>
    public string? Obstacle { get; private set; }

    /// <summary>The obstacle will not go away by itself.</summary>
    public bool IsHopeless { get; private set; }

    /// <summary>Judges the owners of an object.</summary>
    /// <param name="context">The caches, and what was read past them.</param>
    /// <param name="owners">Finds what a reference names.</param>
    /// <param name="absent">Owners that were looked for before and are not there; what is found missing is added.</param>
    /// <param name="uids">Where uids are.</param>
    /// <param name="item">The object.</param>
    public static OwnerJudgement Of(ReconcileContext context, OwnerResolver owners, AbsentOwners absent, KnownUids uids, StoredObject item)
    {
        var judged = new OwnerJudgement(context, owners, absent, uids);
        foreach (var owner in item.Head.Owners)
            judged.Add(owner, item.Key.Namespace);
        return judged;
    }

    private void Add(OwnerReference owner, string ns)
    {
        if (_owners.ResourceOf(owner) is not { } resource)
        {
            // Perhaps its kind is only not served yet.
            Obstacle = $"the kind {owner.Kind} of {owner.ApiVersion}, named as owner, is not served";
            return;
        }
        if (resource.Namespaced && ns.Length == 0)
        {
            // An object of the whole cluster cannot be owned from inside a namespace: nobody could tell from which.
            (Obstacle, IsHopeless) = ($"a cluster-scoped object names the namespaced {owner.Kind} {owner.Name} as owner", true);
            NoteElsewhere(owner, resource);
            return;
        }
        var key = OwnerResolver.KeyOf(resource, owner, ns);
        if (_absent.Contains(resource.Resource.Resource, key, owner.Uid))
            Dangling.Add(owner);
        else if (_owners.Cached(resource, owner, ns, _context.View.Of)?.Object is { } cached && cached.Head.Uid == owner.Uid)
            Sort(owner, cached);
        else
            LookFor(owner, resource, key);
    }

    // Past the caches.
    private void LookFor(OwnerReference owner, ServedResource resource, ObjectKey key)
    {
        var read = LiveRead.Get(resource.Resource, key);
        if (_context.Live[read] is not { } answer)
            Reads.Add(read);
        else if (answer.Error is { } error)
            Obstacle = $"its owner {owner.Kind} {owner.Name} cannot be looked up: {error.Message}";
        else if (answer.Object is { } live && live.Head.Uid == owner.Uid)
            Sort(owner, live);
        else
        {
            _absent.Add(resource.Resource.Resource, key, owner.Uid);
            Dangling.Add(owner);
            if (resource.Namespaced)
                NoteElsewhere(owner, resource);
        }
    }

    private void NoteElsewhere(OwnerReference owner, ServedResource resource)
    {
        if (_owners.Find(resource.Resource.Resource) is { } followed && _uids.Contains(followed.Resource.Resource, owner.Uid, _context.View.Of(followed.Resource).All.Select(static o => o.Head.Uid)))
            Elsewhere.Add(owner);
    }

    private void Sort(OwnerReference owner, StoredObject found)
    {
        if (found.Head.Deleted is not null && found.Head.Finalizers.Contains(GarbageCollector.Foreground))
            Waiting.Add(owner);
        else
            Solid++;
    }
}
