using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Controllers.Nodes;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Attaching;

/// <summary>Decides about the volumes at one node.</summary>
/// <param name="context">What is known.</param>
/// <param name="longestWait">How long an unhealthy node may keep what it does not need.</param>
/// <param name="unneededSince">When attachments were first seen not to be needed, by name. It is forgotten with the controller, as upstream: the wait then starts anew.</param>
internal sealed class NodeAttachments(ReconcileContext context, TimeSpan longestWait, Dictionary<string, TimeSpan> unneededSince)
{
    private static readonly GroupVersionResource Attachments = WellKnownResources.VolumeAttachments;

    private readonly string _node = context.Key.Name;
    private readonly CacheView _attachments = context.View.Of(Attachments);
    private readonly PlanBuilder _plan = new();

    public Plan Decide()
    {
        var node = context.View.Of(WellKnownResources.Nodes).Find(context.Key);
        var told = node?.As<NodeVolumesView>();
        var there = _attachments.By(AttachDetach.ByNode, _node).Select(static a => a.As<AttachmentView>()).ToDictionary(static a => a.Object.Key.Name);
        var needed = Needed();
        // What the node is told goes first when volumes leave, so that it does not mount what is about to go; what is new it hears when it is there.
        var leaving = Leaving(node, told, there, needed).ToList();
        if (node is not null)
            Tell(node, told!, there.Values.Where(a => a.Attached && a.Object.Head.Deleted is null && !leaving.Contains(a)));
        _plan.Do(StageMode.Parallel, leaving.Select(Detach));
        if (told?.IsManaged == true)
            foreach (var (name, (volume, pods)) in needed)
                Attach(name, volume, pods, there.GetValueOrDefault(name));
        return _plan.Build();
    }

    private Dictionary<string, (AttachableVolume Volume, List<CachedObject> Pods)> Needed()
    {
        var needed = new Dictionary<string, (AttachableVolume Volume, List<CachedObject> Pods)>();
        foreach (var pod in context.View.Of(WellKnownResources.Pods).By(CacheIndex.Node, _node))
            foreach (var claimed in PodClaims.Of(pod))
                if (!pod.As<PodView>().IsTerminal && AttachableVolume.Of(context.View, pod.Key.Namespace, claimed) is { } volume)
                {
                    var name = volume.AttachmentTo(_node);
                    if (!needed.TryGetValue(name, out var known))
                        needed.Add(name, known = (volume, []));
                    known.Pods.Add(pod);
                }
        return needed;
    }

    private IEnumerable<AttachmentView> Leaving(
        CachedObject? node, NodeVolumesView? told, Dictionary<string, AttachmentView> there, Dictionary<string, (AttachableVolume, List<CachedObject>)> needed)
    {
        foreach (var (name, attachment) in there)
        {
            // Others make attachments, too: ours are known by their name.
            if (needed.ContainsKey(name) || attachment.Object.Head.Deleted is not null || Volume(attachment) is not { } volume || volume.AttachmentTo(_node) != name)
            {
                unneededSince.Remove(name);
                continue;
            }
            var since = unneededSince.TryAdd(name, context.Now.Uptime) ? context.Now.Uptime : unneededSince[name];
            if (!MayLeave(node, told, volume, since, out var wait))
            {
                if (wait is { } soon)
                    _plan.Again(soon);
                continue;
            }
            unneededSince.Remove(name);
            yield return attachment;
        }
    }

    private bool MayLeave(CachedObject? node, NodeVolumesView? told, AttachableVolume volume, TimeSpan since, out TimeSpan? wait)
    {
        wait = null;
        if (node is null || !told!.InUse.Contains(volume.UniqueName))
            return true;
        var state = node.As<NodeView>();
        if (state.Taints.Any(static t => t.Key == NodeTaints.OutOfService))
            return true;
        // A healthy node will let go by itself.
        if (state.IsReady)
            return false;
        if (context.Now.Uptime - since >= longestWait)
            return true;
        wait = since + longestWait - context.Now.Uptime;
        return false;
    }

    private DeleteStep Detach(AttachmentView attachment)
    {
        _plan.Because($"no pod on {_node} needs volume {attachment.Volume} any more");
        return new DeleteStep(ObjectAddress.Of(Attachments, attachment.Object.Key), new DeleteOptions { Uid = attachment.Object.Head.Uid }) { Tolerates = [StatusReason.NotFound] };
    }

    private void Attach(string name, AttachableVolume volume, List<CachedObject> pods, AttachmentView? attachment)
    {
        if (attachment is { AttachError: { Length: > 0 } error, Attached: false })
            foreach (var pod in pods)
                _plan.Record(Warning(pod, $"AttachVolume.Attach failed for volume \"{volume.Volume.Name}\" : {error}"));
        if (attachment is not null)
            return;
        var elsewhere = volume.IsShared ? [] : _attachments.By(AttachDetach.ByVolume, volume.Volume.Name).Select(static a => a.As<AttachmentView>()).Where(a => a.Node != _node).ToArray();
        if (elsewhere.Length > 0)
        {
            foreach (var pod in pods)
                _plan.Record(Warning(pod, $"Multi-Attach error for volume \"{volume.Volume.Name}\" {Elsewhere(volume, elsewhere)}"));
            return;
        }
        _plan.Because($"pods on {_node} need volume {volume.Volume.Name}").Do(new CreateStep(new ObjectAddress(Attachments, "", name), new JsonObject
        {
            ["apiVersion"] = "storage.k8s.io/v1",
            ["kind"] = "VolumeAttachment",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["attacher"] = volume.Volume.Driver,
                ["nodeName"] = _node,
                ["source"] = new JsonObject { ["persistentVolumeName"] = volume.Volume.Name },
            },
        }.Encode())
        { Tolerates = [StatusReason.AlreadyExists] });
    }

    private string Elsewhere(AttachableVolume volume, AttachmentView[] attachments)
    {
        var users = volume.Volume.Claim is not { } claim ? [] : PodClaims.UsersOf(context.View.Of(WellKnownResources.Pods), claim.Key)
            .Where(p => attachments.Any(a => a.Node == p.As<PodView>().NodeName)).Select(static p => p.Key.Name).Order(StringComparer.Ordinal).ToArray();
        return users.Length > 0 ? $"Volume is already used by pod(s) {string.Join(", ", users)}" : "Volume is already exclusively attached to one node and can't be attached to another";
    }

    // The node mounts what it is told is attached; the pods hear it at the same moment.
    private void Tell(CachedObject node, NodeVolumesView told, IEnumerable<AttachmentView> attached)
    {
        var volumes = attached.Select(a => (Attachment: a, Volume: Volume(a))).Where(static v => v.Volume is not null).OrderBy(static v => v.Volume!.UniqueName, StringComparer.Ordinal).ToArray();
        var names = volumes.Select(static v => v.Volume!.UniqueName).ToArray();
        if (names.ToHashSet().SetEquals(told.Attached))
            return;
        var json = node.Object.Edit();
        json.Child("status")["volumesAttached"] = new JsonArray([.. names.Select(static n => new JsonObject { ["name"] = n, ["devicePath"] = "" })]);
        _plan.Do(new UpdateStep(ObjectAddress.Of(WellKnownResources.Nodes, node.Key, "status"), json.Encode()) { Tolerates = [StatusReason.NotFound] });
        foreach (var (_, volume) in volumes)
            if (!told.Attached.Contains(volume!.UniqueName) && volume.Volume.Claim is { } claim)
                foreach (var pod in PodClaims.UsersOf(context.View.Of(WellKnownResources.Pods), claim.Key).Where(p => p.As<PodView>().NodeName == _node))
                    _plan.Record(EventSpec.Normal(ObjectReference.To(Kinds.Pod, pod.Object), "SuccessfulAttachVolume", $"AttachVolume.Attach succeeded for volume \"{volume.Volume.Name}\" "));
    }

    private AttachableVolume? Volume(AttachmentView attachment) =>
        context.View.Of(WellKnownResources.PersistentVolumes).Find(new ObjectKey("", attachment.Volume))?.As<VolumeView>() is { Driver.Length: > 0 } volume ? new AttachableVolume(volume) : null;

    private static EventSpec Warning(CachedObject pod, string message) => EventSpec.Warn(ObjectReference.To(Kinds.Pod, pod.Object), "FailedAttachVolume", message);
}
