using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Quantities;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Volumes;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Volumes;

/// <summary>What the scheduler has decided about a claim that waits for a node.</summary>
/// <param name="Pod">Uid of the pod for whose sake.</param>
/// <param name="Node">The node.</param>
/// <param name="Volume">The volume it is to have; null when one is to be made.</param>
internal sealed record VolumePromise(string Pod, string Node, VolumeView? Volume);

/// <summary>Claims, volumes, classes and what CSI drivers say, kept up by single changes, with what the scheduler has promised and not yet seen. For one thread.</summary>
internal sealed class VolumeIndex
{
    private readonly Dictionary<ObjectKey, ClaimView> _claims = [];
    private readonly Dictionary<string, VolumeView> _volumes = [];
    private readonly Dictionary<string, HashSet<string>> _free = [];
    private readonly Dictionary<ObjectKey, HashSet<string>> _byClaim = [];
    private readonly Dictionary<string, StorageClassView> _classes = [];
    private readonly Dictionary<string, CsiNodeView> _nodes = [];
    private readonly Dictionary<string, CsiDriverView> _drivers = [];
    private readonly Dictionary<ObjectKey, CsiCapacityView> _capacities = [];
    private readonly Dictionary<string, Dictionary<string, AttachmentInfo>> _attached = [];
    private readonly Dictionary<ObjectKey, VolumePromise> _promises = [];
    private readonly HashSet<string> _promised = [];
    private readonly List<VolumeWait> _waits = [];

    /// <summary>What it follows.</summary>
    public static readonly GroupVersionResource[] Resources =
    [
        WellKnownResources.StorageClasses, WellKnownResources.PersistentVolumes, WellKnownResources.PersistentVolumeClaims,
        WellKnownResources.CsiNodes, WellKnownResources.CsiDrivers, WellKnownResources.CsiStorageCapacities, WellKnownResources.VolumeAttachments,
    ];

    /// <summary>Takes note of a change.</summary>
    /// <returns>What happened, for pods that wait; null when it is of no interest.</returns>
    public ClusterEvent? Apply(ObjectChanged change)
    {
        var key = change.Latest.Key;
        if (change.Resource == WellKnownResources.PersistentVolumeClaims)
        {
            Put(_claims, key, change.New?.As<ClaimView>());
            if ((change.New is null || change.New.As<ClaimView>().IsBound) && _promises.TryGetValue(key, out var promise))
                CallOff(key, promise.Pod);
            Judge(key);
            return Happened(EventResource.Claim, change);
        }
        if (change.Resource == WellKnownResources.PersistentVolumes)
        {
            SetVolume(change.Old?.As<VolumeView>(), change.New?.As<VolumeView>());
            return Happened(EventResource.Volume, change);
        }
        if (change.Resource == WellKnownResources.StorageClasses)
        {
            Put(_classes, key.Name, change.New?.As<StorageClassView>());
            return Happened(EventResource.StorageClass, change);
        }
        if (change.Resource == WellKnownResources.CsiNodes)
        {
            Put(_nodes, key.Name, change.New?.As<CsiNodeView>());
            return Happened(EventResource.CsiNode, change);
        }
        if (change.Resource == WellKnownResources.CsiDrivers)
        {
            Put(_drivers, key.Name, change.New?.As<CsiDriverView>());
            return Happened(EventResource.CsiDriver, change);
        }
        if (change.Resource == WellKnownResources.CsiStorageCapacities)
        {
            Put(_capacities, key, change.New?.As<CsiCapacityView>());
            return Happened(EventResource.CsiCapacity, change);
        }
        if (change.Resource == WellKnownResources.VolumeAttachments)
        {
            Attach(key.Name, change.Old?.As<AttachmentInfo>(), change.New?.As<AttachmentInfo>());
            return Happened(EventResource.Attachment, change);
        }
        throw new ArgumentException($"{change.Resource} is no resource of storage.");
    }

    /// <summary>The claim under a key; null for none.</summary>
    public ClaimView? Claim(ObjectKey key) => _claims.GetValueOrDefault(key);

    /// <summary>The volume of a name; null for none.</summary>
    public VolumeView? Volume(string name) => _volumes.GetValueOrDefault(name);

    /// <summary>The storage class of a name; null for none.</summary>
    public StorageClassView? Class(string name) => _classes.GetValueOrDefault(name);

    /// <summary>How many volumes of a driver a node can take; null when there is no limit.</summary>
    public long? LimitOf(string node, string driver) => _nodes.GetValueOrDefault(node)?.Limits.GetValueOrDefault(driver);

    /// <summary>Volumes that are attached to a node, or are to be, whether a pod there uses them or not.</summary>
    public IEnumerable<(string Driver, string Handle)> AttachedTo(string node)
    {
        foreach (var attachment in _attached.GetValueOrDefault(node)?.Values ?? Enumerable.Empty<AttachmentInfo>())
            // As upstream: not those of former drivers, of which some count against no limit.
            if (_volumes.GetValueOrDefault(attachment.Volume) is { Driver.Length: > 0 } volume)
                yield return (attachment.Driver, volume.Handle);
    }

    /// <summary>Whether a node can reach a volume, by the labels of the driver that the node has it from.</summary>
    public bool IsReachable(VolumeView volume, NodeSpec node) =>
        volume.Reaches(node.Name, node.Labels, volume.InTree is { IsScheduled: true } driver && _nodes.GetValueOrDefault(node.Name)?.HasMigrated(driver) == true);

    /// <summary>What the scheduler has promised a claim and not yet seen; null for nothing.</summary>
    public VolumePromise? PromiseTo(ClaimView claim) => _promises.GetValueOrDefault(claim.Object.Key);

    /// <summary>Volumes that a claim may be bound to: those that are for it, and free ones of its class that the scheduler has not promised.</summary>
    public IEnumerable<VolumeView> CandidatesFor(ClaimView claim)
    {
        foreach (var name in _byClaim.GetValueOrDefault(claim.Object.Key) ?? [])
            yield return _volumes[name];
        foreach (var name in _free.GetValueOrDefault(claim.Class) ?? [])
            if (!_promised.Contains(name))
                yield return _volumes[name];
    }

    /// <summary>Whether a node's storage has room for a volume; true when the driver does not tell.</summary>
    /// <param name="storageClass">The class of the volume.</param>
    /// <param name="size">Its size.</param>
    /// <param name="node">Labels of the node.</param>
    /// <param name="free">How much is free where it would be made; null when that is not known.</param>
    public bool HasRoom(StorageClassView storageClass, Quantity size, Labels node, out Quantity? free)
    {
        free = null;
        if (!_drivers.TryGetValue(storageClass.Provisioner, out var driver) || !driver.TellsCapacity)
            return true;
        foreach (var capacity in _capacities.Values)
            if (capacity.Class == storageClass.Object.Key.Name && capacity.Largest >= size && capacity.Nodes.Matches(node))
            {
                free = capacity.Free;
                return true;
            }
        return false;
    }

    /// <summary>Promises something to a claim until that is seen or called off. What has been promised for another pod before stays as it is.</summary>
    public void Promise(ObjectKey claim, VolumePromise promise)
    {
        if (_promises.TryAdd(claim, promise) && promise.Volume is { } volume)
            _promised.Add(volume.Name);
    }

    /// <summary>Calls off what was promised to a claim for the sake of a pod.</summary>
    public void CallOff(ObjectKey claim, string pod)
    {
        if (!_promises.TryGetValue(claim, out var promise) || promise.Pod != pod)
            return;
        _promises.Remove(claim);
        if (promise.Volume is { } volume)
            _promised.Remove(volume.Name);
    }

    /// <summary>Watches over claims until they are bound. Ends at once when they are.</summary>
    public void Await(VolumeWait wait)
    {
        _waits.Add(wait);
        foreach (var key in wait.Claims)
            Judge(key);
    }

    /// <summary>Ends a wait that nobody needs any more.</summary>
    public void GiveUp(VolumeWait wait)
    {
        if (_waits.Remove(wait))
            wait.End("the pod is gone");
    }

    private void Judge(ObjectKey claim)
    {
        for (var i = _waits.Count - 1; i >= 0; i--)
            if (_waits[i].Judge(claim, _claims.GetValueOrDefault(claim)))
                _waits.RemoveAt(i);
    }

    private void Attach(string name, AttachmentInfo? before, AttachmentInfo? now)
    {
        if (before is not null && _attached.TryGetValue(before.Node, out var there) && there.Remove(name) && there.Count == 0)
            _attached.Remove(before.Node);
        if (now is null)
            return;
        if (!_attached.TryGetValue(now.Node, out there))
            _attached.Add(now.Node, there = []);
        there[name] = now;
    }

    private void SetVolume(VolumeView? before, VolumeView? now)
    {
        if (before is not null)
            Take(before);
        if (now is null)
            return;
        _volumes[now.Name] = now;
        if (now.Claim is { } claim)
            Bucket(_byClaim, claim.Key).Add(now.Name);
        else
            Bucket(_free, now.Class).Add(now.Name);
    }

    private void Take(VolumeView volume)
    {
        _volumes.Remove(volume.Name);
        if (volume.Claim is { } claim)
            Drop(_byClaim, claim.Key, volume.Name);
        else
            Drop(_free, volume.Class, volume.Name);
    }

    private static HashSet<string> Bucket<T>(Dictionary<T, HashSet<string>> buckets, T key) where T : notnull
    {
        if (!buckets.TryGetValue(key, out var bucket))
            buckets.Add(key, bucket = []);
        return bucket;
    }

    private static void Drop<T>(Dictionary<T, HashSet<string>> buckets, T key, string name) where T : notnull
    {
        if (buckets.TryGetValue(key, out var bucket) && bucket.Remove(name) && bucket.Count == 0)
            buckets.Remove(key);
    }

    private static void Put<TKey, TView>(Dictionary<TKey, TView> map, TKey key, TView? view) where TKey : notnull where TView : class
    {
        if (view is null)
            map.Remove(key);
        else
            map[key] = view;
    }

    private static ClusterEvent Happened(EventResource resource, ObjectChanged change) =>
        new(resource, change.Old is null ? EventActions.Add : change.New is null ? EventActions.Delete : EventActions.UpdateStorage) { Stored = change };
}
