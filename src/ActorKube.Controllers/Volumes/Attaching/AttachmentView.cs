using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Volumes.Attaching;

/// <summary>A VolumeAttachment.</summary>
internal sealed class AttachmentView : IObjectView<AttachmentView>
{
    /// <summary>How long a driver may take before it counts as having failed (upstream: the time-out of calls to CSI drivers).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public required StoredObject Object { get; init; }

    public required string Node { get; init; }

    /// <summary>The PersistentVolume; empty when a volume stands in the attachment itself.</summary>
    public required string Volume { get; init; }

    /// <summary>The volume that stands in the attachment itself; null for none.</summary>
    public required AttachableVolume? Inline { get; init; }

    public required bool Attached { get; init; }

    /// <summary>Why attaching failed; null when it did not.</summary>
    public required string? AttachError { get; init; }

    /// <summary>Why detaching failed; null when it did not.</summary>
    public required string? DetachError { get; init; }

    public string Name => Object.Key.Name;

    /// <summary>Whether the volume is surely there, and is to stay.</summary>
    public bool IsConfirmed => Attached && Object.Head.Deleted is null;

    /// <summary>How much longer the driver, which is at work on it, has; null when it has done its work, has failed, or has taken too long.</summary>
    public TimeSpan? Remaining(Present now)
    {
        var (begun, over) = Object.Head.Deleted is { } deleted ? (deleted, DetachError is not null) : (Object.Head.Created, Attached || AttachError is not null);
        return !over && begun is { } since && Patience - now.Since(since) is { Ticks: > 0 } rest ? rest : null;
    }

    public static AttachmentView Project(StoredObject item)
    {
        var json = item.Edit();
        return new AttachmentView
        {
            Object = item,
            Node = json.Text("spec", "nodeName"),
            Volume = json.Text("spec", "source", "persistentVolumeName"),
            Inline = json.At("spec", "source", "inlineVolumeSpec", "csi") is { } csi ? new AttachableVolume(csi.Text("driver"), csi.Text("volumeHandle")) : null,
            Attached = json.Flag("status", "attached"),
            AttachError = json.At("status", "attachError")?.Text("message"),
            DetachError = json.At("status", "detachError")?.Text("message"),
        };
    }
}
