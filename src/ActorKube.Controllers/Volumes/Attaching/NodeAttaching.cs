using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Volumes.Attaching;

/// <summary>Asks for what pods of a node need, and tells them why they do not get it. A volume for one node alone waits while it is at another one, or a driver is at work on it.</summary>
/// <param name="context">What is known.</param>
/// <param name="memory">What is remembered.</param>
/// <param name="plan">Receives what is to be done.</param>
internal sealed class NodeAttaching(ReconcileContext context, AttachMemory memory, PlanBuilder plan)
{
    // What stands in the way is told again as often as upstream tries again at the latest.
    private static readonly TimeSpan Repeat = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    private readonly string _node = context.Key.Name;
    private readonly NodeMemory _mine = memory.Of(context.Key.Name);

    /// <summary>Goes through what is needed.</summary>
    /// <param name="needed">The volumes.</param>
    /// <param name="there">The node's attachments by name.</param>
    public void Do(IEnumerable<NeededVolume> needed, IReadOnlyDictionary<string, AttachmentView> there)
    {
        foreach (var wanted in needed)
            if (!there.TryGetValue(wanted.Attachment, out var attachment))
                Attach(wanted);
            else if (!attachment.IsConfirmed)
                Await(wanted, attachment);
    }

    private void Await(NeededVolume wanted, AttachmentView attachment)
    {
        if (attachment.Remaining(context.Now) is { } rest)
        {
            plan.Poll(rest);
            return;
        }
        var (revision, at) = _mine.Failed.GetValueOrDefault(wanted.Attachment);
        if (revision != attachment.Object.Revision || context.Now.Uptime - at >= Repeat)
        {
            _mine.Failed[wanted.Attachment] = (attachment.Object.Revision, context.Now.Uptime);
            Warn(wanted, $"AttachVolume.Attach failed for volume \"{wanted.Volume.Name}\" : {WhatFailed(wanted.Volume, attachment)}");
        }
        plan.Poll(Repeat);
    }

    private static string WhatFailed(AttachableVolume volume, AttachmentView attachment) =>
        attachment.Object.Head.Deleted is not null ? "volume attachment is being deleted"
        : attachment.AttachError ?? $"timed out waiting for external-attacher of {volume.Driver} CSI driver to attach volume {volume.Handle}";

    private void Attach(NeededVolume wanted)
    {
        var volume = wanted.Volume;
        if (!volume.IsShared)
        {
            var elsewhere = Elsewhere(volume);
            if (elsewhere.Select(a => a.Remaining(context.Now)).Min() is { } rest)
            {
                plan.Poll(rest);
                return;
            }
            if (elsewhere.Where(static a => a.IsConfirmed).Select(static a => a.Node).ToHashSet() is { Count: > 0 } nodes)
            {
                if (_mine.TakenElsewhere.Add(wanted.Attachment))
                    TellTaken(wanted, nodes);
                return;
            }
            if (memory.IsAskedForElsewhere(volume.UniqueName, _node, context.Now))
            {
                plan.Poll(Soon);
                return;
            }
            memory.Ask(volume.UniqueName, _node, context.Now);
        }
        plan.Because($"pods on {_node} need volume {volume.Name}").Do(new CreateStep(new ObjectAddress(WellKnownResources.VolumeAttachments, "", wanted.Attachment), Attachment(wanted))
        {
            Tolerates = [StatusReason.AlreadyExists],
            OnFailed = wanted.Pods is [var pod, ..] ? About(pod, $"AttachVolume.Attach failed for volume \"{volume.Name}\" : kubernetes.io/csi: attacher.Attach failed: ") : null,
        });
    }

    private ReadOnlyMemory<byte> Attachment(NeededVolume wanted) => new JsonObject
    {
        ["apiVersion"] = "storage.k8s.io/v1",
        ["kind"] = "VolumeAttachment",
        ["metadata"] = new JsonObject { ["name"] = wanted.Attachment },
        ["spec"] = new JsonObject
        {
            ["attacher"] = wanted.Volume.Driver,
            ["nodeName"] = _node,
            ["source"] = wanted.Volume.Inline is { } spec ? new JsonObject { ["inlineVolumeSpec"] = spec.DeepClone() } : new JsonObject { ["persistentVolumeName"] = wanted.Volume.Name },
        },
    }.Encode();

    private AttachmentView[] Elsewhere(AttachableVolume volume)
    {
        var attachments = context.View.Of(WellKnownResources.VolumeAttachments);
        return [.. Alike(volume).Select(static v => v.Key.Name).Append(volume.UniqueName).SelectMany(v => attachments.By(AttachDetach.ByVolume, v)).Select(static a => a.As<AttachmentView>())
            .Where(a => a.Node != _node && volume.AttachmentTo(a.Node) == a.Name)];
    }

    private IEnumerable<CachedObject> Alike(AttachableVolume volume) => context.View.Of(WellKnownResources.PersistentVolumes).By(AttachableVolume.ByUniqueName, volume.UniqueName);

    // Nobody is told the names of pods of other namespaces.
    private void TellTaken(NeededVolume wanted, HashSet<string> nodes)
    {
        var users = AttachDetach.UsersOf(wanted.Volume, context.View)
            .Where(p => nodes.Contains(p.Object.Field("spec.nodeName")) && !p.As<MountingPod>().IsOver).Select(static p => p.Key).Distinct().ToArray();
        foreach (var pod in wanted.Pods)
        {
            var near = users.Where(u => u.Namespace == pod.Key.Namespace).Select(static u => u.Name).Order(StringComparer.Ordinal).ToArray();
            var far = users.Length - near.Length;
            var why = users.Length == 0 ? "Volume is already exclusively attached to one node and can't be attached to another"
                : near.Length == 0 ? $"Volume is already used by {far} pod(s) in different namespaces"
                : $"Volume is already used by pod(s) {string.Join(", ", near)}" + (far > 0 ? $" and {far} pod(s) in different namespaces" : "");
            plan.Record(About(pod, $"Multi-Attach error for volume \"{wanted.Volume.Name}\" {why}"));
        }
    }

    private void Warn(NeededVolume wanted, string message)
    {
        foreach (var pod in wanted.Pods)
            plan.Record(About(pod, message));
    }

    private static EventSpec About(CachedObject pod, string message) => EventSpec.Warn(ObjectReference.To(Kinds.Pod, pod.Object), "FailedAttachVolume", message);
}
