using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Volumes.Attaching;

/// <summary>Whether a pod has done with its volumes.</summary>
internal sealed class MountingPod : IObjectView<MountingPod>
{
    /// <summary>It has ended, or is being deleted and nothing runs in it (upstream: <c>IsPodTerminated</c>).</summary>
    public required bool IsOver { get; init; }

    public static MountingPod Project(StoredObject item)
    {
        var status = item.Edit().At("status");
        return new MountingPod
        {
            IsOver = status.Text("phase") is "Succeeded" or "Failed"
                || (item.Head.Deleted is not null && status.Items("containerStatuses").All(static c => c.At("state", "terminated") is not null || c.At("state", "waiting") is not null)),
        };
    }
}
