using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.NodeAgent.Pods.Status;
using Akka.Actor;

namespace ActorKube.NodeAgent.Actors;

/// <summary>What the writer of statuses knows of one pod.</summary>
/// <param name="uid">Uid of the pod.</param>
/// <param name="key">Namespace and name.</param>
/// <param name="shown">What the API shows; null for nothing.</param>
internal sealed class PodStatusEntry(string uid, ObjectKey key, PodStatusView? shown)
{
    public string Uid { get; } = uid;

    public ObjectKey Key { get; } = key;

    /// <summary>What the API shows, as far as known.</summary>
    public PodStatusView? Shown { get; set; } = shown;

    /// <summary>What it is to show; null before the first status.</summary>
    public PodStatusView? Wanted { get; set; }

    /// <summary>Whether a write or the deletion is under way.</summary>
    public bool Busy { get; set; }

    /// <summary>Whether it stands in the queue.</summary>
    public bool Queued { get; set; }

    /// <summary>Revision that our last write made: older objects that come in are echoes.</summary>
    public long WrittenRevision { get; set; }

    /// <summary>The newest object that came in while a write was under way.</summary>
    public StoredObject? Unexamined { get; set; }

    /// <summary>Who waits for the deletion of the object; null while nobody asked for it.</summary>
    public IActorRef? DeleteFor { get; set; }
}
