using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.NodeAgent.Pods.Status;

namespace ActorKube.NodeAgent.Actors;

/// <summary>What the <see cref="StatusActor"/> is told.</summary>
internal static class StatusProtocol
{
    /// <summary>A pod was taken on: this is what the API shows of it.</summary>
    public sealed record Begin(string Uid, ObjectKey Key, PodStatusView? Shown);

    /// <summary>A pod has a new status.</summary>
    public sealed record Write(string Uid, PodStatusView Status);

    /// <summary>The object of a pod came in; when it is not the echo of our own write, the status in it is compared with ours.</summary>
    public sealed record Observed(string Uid, StoredObject Object);

    /// <summary>Delete the object once its last status is written; the sender is told <see cref="PodProtocol.ObjectDeleted"/>.</summary>
    public sealed record Delete(string Uid);

    /// <summary>The pod is gone; forget it.</summary>
    public sealed record Forget(string Uid);

    /// <summary>Write what waits.</summary>
    public sealed record Flush
    {
        public static readonly Flush Instance = new();
    }

    /// <summary>The status of one pod on its way.</summary>
    public sealed record StatusWrite(string Uid, ObjectKey Key, PodStatusView Status, byte[] Patch);

    /// <summary>Statuses that went together have been answered, each with its own outcome.</summary>
    public sealed record Written(IReadOnlyList<StatusWrite> Writes, IReadOnlyList<PatchOutcome> Outcomes);

    /// <summary>A deletion has ended.</summary>
    public sealed record Deleted(string Uid, Exception? Error);
}
