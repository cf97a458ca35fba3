using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Attaching;

/// <summary>Decides about the volumes at one node.</summary>
internal sealed class NodeAttachments
{
    private static readonly GroupVersionResource Attachments = WellKnownResources.VolumeAttachments;

    private readonly ReconcileContext _context;
    private readonly TimeSpan? _longestWait;
    private readonly AttachMemory _memory;
    private readonly NodeMemory _mine;
    private readonly string _node;
    private readonly CachedObject? _item;
    private readonly NodeVolumesView? _told;
    private readonly Dictionary<string, AttachmentView> _there;
    private readonly PlanBuilder _plan = new();

    /// <summary>Looks at what is there.</summary>
    /// <param name="context">What is known.</param>
    /// <param name="longestWait">How long an unhealthy node may keep what it does not need; null for ever.</param>
    /// <param name="memory">What is remembered.</param>
    public NodeAttachments(ReconcileContext context, TimeSpan? longestWait, AttachMemory memory)
    {
        (_context, _longestWait, _memory, _node) = (context, longestWait, memory, context.Key.Name);
        _mine = memory.Of(_node);
        _item = context.View.Of(WellKnownResources.Nodes).Find(context.Key);
        _told = _item?.As<NodeVolumesView>();
        _there = context.View.Of(Attachments).By(AttachDetach.ByNode, _node).Select(static a => a.As<AttachmentView>()).ToDictionary(static a => a.Name);
    }

    /// <summary>Decides.</summary>
    public Plan Decide()
    {
        _memory.Seen(_node);
        var needed = Needed();
        _mine.Keep(_there.ContainsKey, needed.ContainsKey);
        // What the node is told goes first when volumes leave, so that it does not mount what is about to go; what is new it hears when it is there.
        var leaving = Leaving(needed).ToList();
        Tell(leaving, needed);
        _plan.Do(StageMode.Parallel, leaving.Select(Detach));
        if (_told?.IsManaged == true)
            new NodeAttaching(_context, _memory, _plan).Do(needed.Values, _there);
        if (_there.Count == 0 && needed.Count == 0)
            _memory.Forget(_node);
        return _plan.Build();
    }

    private Dictionary<string, NeededVolume> Needed()
    {
        var needed = new Dictionary<string, NeededVolume>();
        foreach (var pod in _context.View.Of(WellKnownResources.Pods).By(CacheIndex.Node, _node))
            foreach (var volume in AttachableVolume.Of(_context.View, pod))
            {
                if (pod.As<MountingPod>().IsOver && _told?.KeepsOfEnded != true)
                    break;
                var name = volume.AttachmentTo(_node);
                if (!needed.TryGetValue(name, out var known))
                    needed.Add(name, known = new NeededVolume(name, volume, []));
                known.Pods.Add(pod);
            }
        return needed;
    }

    private IEnumerable<AttachmentView> Leaving(Dictionary<string, NeededVolume> needed)
    {
        foreach (var (name, attachment) in _there)
        {
            // Others make attachments, too: ours are known by their name.
            if (needed.ContainsKey(name) || attachment.Object.Head.Deleted is not null || Mine(attachment) is not { } volume)
            {
                _mine.UnneededSince.Remove(name);
                continue;
            }
            var since = _mine.UnneededSince.TryAdd(name, _context.Now.Uptime) ? _context.Now.Uptime : _mine.UnneededSince[name];
            if (!MayLeave(volume, since))
                continue;
            _mine.UnneededSince.Remove(name);
            yield return attachment;
        }
    }

    private bool MayLeave(AttachableVolume volume, TimeSpan since)
    {
        // Of a node that was gone before anybody looked it is not known what it uses.
        var used = _told is not null ? _told.InUse : _mine.UsedLast;
        if (used is not null && !used.Contains(volume.UniqueName))
            return true;
        var state = _item?.As<NodeView>();
        if (state?.Taints.Any(static t => t.Key == NodeTaints.OutOfService) == true)
            return true;
        // A healthy node will let go by itself.
        if (state?.IsReady == true || _longestWait is not { } longest)
            return false;
        var rest = since + longest - _context.Now.Uptime;
        if (rest > TimeSpan.Zero)
            _plan.Again(rest);
        return rest <= TimeSpan.Zero;
    }

    private DeleteStep Detach(AttachmentView attachment)
    {
        _plan.Because($"no pod on {_node} needs volume {attachment.Inline?.Handle ?? attachment.Volume} any more");
        return new DeleteStep(ObjectAddress.Of(Attachments, attachment.Object.Key), new DeleteOptions { Uid = attachment.Object.Head.Uid }) { Tolerates = [StatusReason.NotFound] };
    }

    // The node mounts what it is told is attached; the pods hear it at the same moment.
    private void Tell(List<AttachmentView> leaving, Dictionary<string, NeededVolume> needed)
    {
        if (_told is null)
            return;
        var volumes = _there.Values.Where(a => a.IsConfirmed && !leaving.Contains(a)).Select(a => (a.Name, Volume: Mine(a)!)).Where(static v => v.Volume is not null)
            .OrderBy(static v => v.Volume.UniqueName, StringComparer.Ordinal).ToArray();
        if (volumes.Select(static v => v.Volume.UniqueName).ToHashSet().SetEquals(_told.Attached))
            return;
        var json = _item!.Object.Edit();
        if (volumes.Length > 0)
            json.Child("status")["volumesAttached"] = new JsonArray([.. volumes.Select(static v => new JsonObject { ["name"] = v.Volume.UniqueName, ["devicePath"] = "" })]);
        else
            json.Child("status").Remove("volumesAttached");
        _plan.Do(new UpdateStep(ObjectAddress.Of(WellKnownResources.Nodes, _context.Key, "status"), json.Encode()) { Tolerates = [StatusReason.NotFound] });
        foreach (var (name, volume) in volumes)
            if (!_told.Attached.Contains(volume.UniqueName) && needed.TryGetValue(name, out var wanted) && _mine.There.Add(name))
                foreach (var pod in wanted.Pods)
                    _plan.Record(EventSpec.Normal(ObjectReference.To(Workloads.Kinds.Pod, pod.Object), "SuccessfulAttachVolume", $"AttachVolume.Attach succeeded for volume \"{wanted.Volume.Name}\" "));
    }

    // What is attached may have outlived its volume: the node still tells of it.
    private AttachableVolume? Mine(AttachmentView attachment)
    {
        var volume = AttachableVolume.Of(_context.View.Of(WellKnownResources.PersistentVolumes).Find(new ObjectKey("", attachment.Volume))?.As<VolumeView>());
        if ((volume ?? attachment.Inline) is { } known)
            return known.AttachmentTo(_node) == attachment.Name ? known : null;
        return _told?.Attached.Select(AttachableVolume.Parse).FirstOrDefault(v => v?.AttachmentTo(_node) == attachment.Name);
    }
}

/// <summary>A volume that pods of a node need.</summary>
/// <param name="Attachment">Name of the attachment.</param>
/// <param name="Volume">The volume.</param>
/// <param name="Pods">The pods.</param>
internal sealed record NeededVolume(string Attachment, AttachableVolume Volume, List<CachedObject> Pods);
