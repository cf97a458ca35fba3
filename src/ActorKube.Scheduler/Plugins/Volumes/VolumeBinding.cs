using System.Text.Json.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Volumes;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Volumes;

namespace ActorKube.Scheduler.Plugins.Volumes;

/// <summary>
/// Only nodes from which a pod's volumes can be reached, or where they can be found or made, and best where much is left then; and the pod is bound when its claims are. Upstream:
/// <c>plugins/volumebinding</c>.
/// </summary>
/// <param name="cluster">Nodes, claims and volumes.</param>
/// <param name="timeout">How long a pod's place is kept while its volumes are made and bound.</param>
/// <param name="shape">What the use of storage on a node scores.</param>
internal sealed class VolumeBinding(ClusterIndex cluster, TimeSpan timeout, UtilizationShape shape)
    : IPreFilterPlugin, IFilterPlugin, IPreScorePlugin, IScorePlugin, IReservePlugin, IPreBindPlugin, IEnqueueExtensions
{
    private const string ChoiceKey = PluginNames.VolumeBinding + "/choice";

    private readonly VolumeIndex _index = cluster.Volumes;

    public string Name => PluginNames.VolumeBinding;

    public IEnumerable<EventRegistration> EventsToRegister =>
    [
        new(EventResource.Claim, EventActions.Add | EventActions.UpdateStorage, StorageHints.IsOwnClaim),
        new(EventResource.Volume, EventActions.Add | EventActions.UpdateStorage, StorageHints.IsFreeOrOwnVolume),
        new(EventResource.StorageClass, EventActions.Add | EventActions.UpdateStorage, StorageHints.HasOtherTopologies),
        new(EventResource.CsiNode, EventActions.Add | EventActions.UpdateStorage, StorageHints.HasOtherMigrated),
        new(EventResource.CsiDriver, EventActions.UpdateStorage, StorageHints.NoLongerTellsCapacity),
        new(EventResource.CsiCapacity, EventActions.Add | EventActions.UpdateStorage, StorageHints.HasMoreRoom),
        new(EventResource.Node, EventActions.Add | EventActions.UpdateNodeLabel),
    ];

    public Status PreFilter(CycleState state, PodInfo pod, out IReadOnlyCollection<string>? nodeNames)
    {
        nodeNames = null;
        if (pod.Volumes.Length == 0)
            return Status.Skip;
        if (PodVolumeClaims.Of(pod, _index, out var refused) is not { } claims)
            return refused!;
        if (claims.Bound.Count == 0 && claims.Waiting.Count == 0)
            return Status.Skip;
        state.Write(Name, claims);
        return Status.Success;
    }

    public Status Filter(CycleState state, PodInfo pod, NodeInfo node) => NodeVolumes.Choose(state.Read<PodVolumeClaims>(Name)!, _index, node.Spec, out _);

    public Status PreScore(CycleState state, PodInfo pod, ReadOnlySpan<NodeInfo> nodes) =>
        state.Read<PodVolumeClaims>(Name) is { Waiting.Count: > 0 } ? Status.Success : Status.Skip;

    public long Score(CycleState state, PodInfo pod, NodeInfo node)
    {
        NodeVolumes.Choose(state.Read<PodVolumeClaims>(Name)!, _index, node.Spec, out var choice);
        return choice is null ? 0 : CapacityScore.Of(choice, shape);
    }

    // The same question once more for the node that was chosen: nothing has changed since on this thread.
    public Status Reserve(CycleState state, PodInfo pod, string node)
    {
        if (state.Read<PodVolumeClaims>(Name) is not { Waiting.Count: > 0 } claims)
            return Status.Success;
        if (!cluster.TryFind(node, out var found))
            return Status.Failure(Name, $"node \"{node}\" is gone");
        var status = NodeVolumes.Choose(claims, _index, found.Spec, out var choice);
        if (!status.IsSuccess)
            return status;
        foreach (var (claim, volume) in choice!.Matched)
            _index.Promise(claim.Object.Key, new VolumePromise(pod.Uid, node, volume));
        foreach (var (claim, _) in choice.Provisioned)
            _index.Promise(claim.Object.Key, new VolumePromise(pod.Uid, node, null));
        var wait = new VolumeWait(node, claims.Waiting);
        state.Write(ChoiceKey, new Promise(choice, wait));
        _index.Await(wait);
        return Status.Success;
    }

    public void Unreserve(CycleState state, PodInfo pod, string node)
    {
        if (state.Read<Promise>(ChoiceKey) is not { } promise)
            return;
        foreach (var claim in promise.Choice.Matched.Select(static m => m.Claim).Concat(promise.Choice.Provisioned.Select(static p => p.Claim)))
            _index.CallOff(claim.Object.Key, pod.Uid);
        _index.GiveUp(promise.Wait);
    }

    public bool MayWait(CycleState state) => state.Read<Promise>(ChoiceKey) is not null;

    public async ValueTask<Status> PreBindAsync(BindContext context, CycleState state, PodInfo pod, string node, CancellationToken cancel)
    {
        if (state.Read<Promise>(ChoiceKey) is not { } promise)
            return Status.Success;
        foreach (var (claim, volume) in promise.Choice.Matched)
            if (volume.Claim is null || volume.Claim.Uid.Length == 0)
                await context.Client.PatchAsync(ObjectAddress.Of(WellKnownResources.PersistentVolumes, volume.Object.Key), PatchType.Merge, ClaimedBy(volume, claim), cancel: cancel);
        foreach (var (claim, _) in promise.Choice.Provisioned)
            if (claim.SelectedNode != node)
                await context.Client.PatchAsync(ObjectAddress.Of(WellKnownResources.PersistentVolumeClaims, claim.Object.Key), PatchType.Merge, SelectedFor(claim, node), cancel: cancel);
        try
        {
            return await promise.Wait.Ended.WaitAsync(timeout, context.Time, cancel) is { } why ? Status.Failure(Name, $"binding volumes: {why}") : Status.Success;
        }
        catch (TimeoutException)
        {
            return Status.Failure(Name, "binding volumes: context deadline exceeded");
        }
    }

    private static ReadOnlyMemory<byte> ClaimedBy(VolumeView volume, ClaimView claim)
    {
        var metadata = new JsonObject { ["uid"] = volume.Object.Head.Uid, ["resourceVersion"] = volume.Object.Revision.ToString() };
        if (!volume.IsFor(claim.Object))
            metadata["annotations"] = new JsonObject { [VolumeAnnotations.BoundByController] = VolumeAnnotations.Yes };
        return new JsonObject
        {
            ["metadata"] = metadata,
            ["spec"] = new JsonObject { ["claimRef"] = ClaimReference.ToJson(claim.Object) },
        }.Encode();
    }

    private static ReadOnlyMemory<byte> SelectedFor(ClaimView claim, string node) => new JsonObject
    {
        ["metadata"] = new JsonObject
        {
            ["uid"] = claim.Object.Head.Uid,
            ["resourceVersion"] = claim.Object.Revision.ToString(),
            ["annotations"] = new JsonObject { [VolumeAnnotations.SelectedNode] = node },
        },
    }.Encode();

    private sealed record Promise(NodeVolumes Choice, VolumeWait Wait);
}
