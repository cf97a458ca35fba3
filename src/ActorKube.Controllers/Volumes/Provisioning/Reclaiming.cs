using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Provisioning;

/// <summary>
/// Decides about one volume of ours: deleted when its claim is gone and the policy says so. While the node's agent has not removed the directory, the finalizer holds the volume, however
/// long the node is away; only when the node itself is gone from the cluster, and its disk with it, the volume is let go without.
/// </summary>
internal sealed class Reclaiming(ReconcileContext context, VolumeView volume)
{
    private static readonly GroupVersionResource Volumes = WellKnownResources.PersistentVolumes;

    private readonly ObjectReference _about = ObjectReference.To(VolumeView.Kind, volume.Object);

    public Plan Decide()
    {
        if (volume.ProvisionedBy != LocalPath.Provisioner)
            return Plan.Nothing;
        if (volume.Object.Head.Deleted is null)
            return volume.Phase is "Released" or "Failed" && volume.ReclaimPolicy == "Delete" ? Delete() : Plan.Nothing;
        return volume.Object.Head.Finalizers.Contains(LocalPath.Finalizer) && volume.Phase != "Bound" ? Release() : Plan.Nothing;
    }

    private Plan Delete() =>
        new PlanBuilder()
            .Because($"claim {volume.Claim?.Key} is gone")
            .Do(new DeleteStep(ObjectAddress.Of(Volumes, volume.Object.Key), new DeleteOptions { Uid = volume.Object.Head.Uid, ResourceVersion = volume.Object.Edit().Text("metadata", "resourceVersion") })
            {
                Tolerates = [StatusReason.NotFound],
                OnFailed = EventSpec.Warn(_about, "VolumeFailedDelete", ""),
            })
            .Build();

    private Plan Release()
    {
        var node = new ObjectKey("", volume.Object.Edit().Text("metadata", "annotations", LocalPath.NodeLabel));
        if (node.Name.Length == 0 || context.View.Of(WellKnownResources.Nodes).Find(node) is not null)
            return Plan.Nothing;
        var read = LiveRead.Get(WellKnownResources.Nodes, node);
        if (context.Live[read] is not { } answer)
            return Plan.Ask(read);
        if (answer.Error is { } error)
            return new Plan { Retry = $"node {node.Name} could not be read: {error.Message}" };
        if (answer.Object is not null)
            return Plan.Nothing;
        var json = volume.Object.Edit();
        json.Child("metadata")["finalizers"] = new JsonArray([.. volume.Object.Head.Finalizers.Where(f => f != LocalPath.Finalizer).Select(f => (JsonNode?)f)]);
        return new PlanBuilder()
            .Because($"node {node.Name} is gone, and the directory of {volume.Name} with it")
            .Record(EventSpec.Warn(_about, "NodeGone", $"Node {node.Name} is not in the cluster any more; its directory {json.Text("spec", "local", "path")} was not removed"))
            .Do(new UpdateStep(ObjectAddress.Of(Volumes, volume.Object.Key), json.Encode()) { Tolerates = [StatusReason.NotFound] })
            .Build();
    }
}
