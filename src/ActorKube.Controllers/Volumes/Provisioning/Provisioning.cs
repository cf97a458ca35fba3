using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;
using ActorKube.Machinery.Volumes;

namespace ActorKube.Controllers.Volumes.Provisioning;

/// <summary>Decides about one claim: whether it is to get a volume, and which.</summary>
internal sealed class Provisioning(ReconcileContext context, ClaimView claim)
{
    private readonly ObjectReference _about = ObjectReference.To(ClaimView.Kind, claim.Object);

    public Plan Decide()
    {
        if (!IsAsked())
            return Plan.Nothing;
        if (context.View.Of(WellKnownResources.StorageClasses).Find(new ObjectKey("", claim.Class)) is not { } found)
            return Fail($"storageclass.storage.k8s.io \"{claim.Class}\" not found");
        var storageClass = found.As<StorageClassView>();
        // The claim may have been given to us while its class still was another's.
        if (storageClass.Provisioner != LocalPath.Provisioner || (storageClass.WaitsForConsumer && claim.SelectedNode.Length == 0))
            return Plan.Nothing;
        if (Refusal() is { } refusal)
            return Fail(refusal);
        var key = new ObjectKey("", claim.SelectedNode);
        if (context.View.Of(WellKnownResources.Nodes).Find(key) is not { } node)
            return WithoutNode(key);
        if (node.As<LocalPathNode>() is not { Root: { } root } place)
            return Fail($"node {key.Name} has no place for such volumes: its agent does not name one");
        return Make(LocalPathVolume.Of(claim, storageClass, key.Name, place.Hostname, root));
    }

    private bool IsAsked()
    {
        if (claim.Object.Head.Deleted is not null || claim.VolumeName.Length > 0)
            return false;
        var annotations = claim.Object.Edit().At("metadata", "annotations");
        var provisioner = annotations.Text(VolumeAnnotations.Provisioner);
        return (provisioner.Length > 0 ? provisioner : annotations.Text(VolumeAnnotations.BetaProvisioner)) == LocalPath.Provisioner
            && context.View.Of(WellKnownResources.PersistentVolumes).Find(new ObjectKey("", LocalPathVolume.NameOf(claim))) is null;
    }

    private string? Refusal()
    {
        var spec = claim.Object.Edit()["spec"];
        return claim.Selector is not null ? "claim.Spec.Selector is not supported"
            : claim.IsBlock ? "block volumes are not supported"
            : claim.AccessModes.FirstOrDefault(m => m is not ("ReadWriteOnce" or "ReadWriteOncePod")) is { } mode ? $"only the access modes ReadWriteOnce and ReadWriteOncePod are supported, not {mode}"
            : spec.At("dataSource") is not null || spec.At("dataSourceRef") is not null ? "volumes with a data source are not supported"
            : claim.SelectedNode.Length == 0 ? "configuration error, no node was specified: the storage class needs volumeBindingMode WaitForFirstConsumer"
            : null;
    }

    private Plan Make(JsonObject volume)
    {
        var name = volume.Text("metadata", "name");
        return new PlanBuilder()
            .Because($"claim {claim.Object.Key} waits for a volume on node {claim.SelectedNode}")
            .Record(EventSpec.Normal(_about, "Provisioning", $"External provisioner is provisioning volume for claim \"{claim.Object.Key}\""))
            .Do(new CreateStep(new ObjectAddress(WellKnownResources.PersistentVolumes, "", ""), volume.Encode())
            {
                Tolerates = [StatusReason.AlreadyExists],
                OnDone = EventSpec.Normal(_about, "ProvisioningSucceeded", $"Successfully provisioned volume {name}"),
                OnFailed = EventSpec.Warn(_about, "ProvisioningFailed", Failure("")),
            })
            .Build();
    }

    // The cache may not know a node yet that the scheduler does: what was chosen is given up only when the node is gone for certain.
    private Plan WithoutNode(ObjectKey node)
    {
        var read = LiveRead.Get(WellKnownResources.Nodes, node);
        if (context.Live[read] is not { } answer)
            return Plan.Ask(read);
        if (answer is { Error: not null } or { Object: not null })
            return new Plan { Retry = answer.Error is { } error ? $"node {node.Name} could not be read: {error.Message}" : $"node {node.Name} is not in the cache yet" };
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = claim.Object.Head.Uid,
                ["resourceVersion"] = claim.Object.Edit().Text("metadata", "resourceVersion"),
                ["annotations"] = new JsonObject { [VolumeAnnotations.SelectedNode] = null },
            },
        };
        return new PlanBuilder()
            .Because($"node {node.Name}, chosen for claim {claim.Object.Key}, is gone")
            .Record(EventSpec.Warn(_about, "ProvisioningFailed", Failure($"failed to get target node: nodes \"{node.Name}\" not found")))
            .Do(new PatchStep(ObjectAddress.Of(WellKnownResources.PersistentVolumeClaims, claim.Object.Key), PatchType.Merge, patch.Encode()) { Tolerates = [StatusReason.NotFound] })
            .Build();
    }

    private Plan Fail(string why) => new PlanBuilder().Because($"claim {claim.Object.Key} gets no volume: {why}").Record(EventSpec.Warn(_about, "ProvisioningFailed", Failure(why))).Build();

    private string Failure(string why) => $"failed to provision volume with StorageClass \"{claim.Class}\": {why}";
}
