using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Disruption;

/// <summary>How many pods the owners of the selected pods are to have, which is what percentages are taken of. Pods without a controller count for nothing.</summary>
internal sealed class ExpectedScale
{
    private static readonly (string Group, string Kind, GroupVersionResource Resource)[] Known =
    [
        ("apps", "ReplicaSet", WellKnownResources.ReplicaSets),
        ("apps", "StatefulSet", WellKnownResources.StatefulSets),
        ("", "ReplicationController", WellKnownResources.ReplicationControllers),
    ];

    private readonly Dictionary<string, int> _scales = [];

    /// <summary>Sum of the owners' replicas.</summary>
    public int Total => _scales.Values.Total(static s => s);

    /// <summary>Whether some pods have no controller.</summary>
    public bool HasUnmanaged { get; private set; }

    /// <summary>Why the scale is not known; null when it is.</summary>
    public string? Fault { get; private set; }

    /// <summary>What has to be read first.</summary>
    public List<LiveRead> Reads { get; } = [];

    public static ExpectedScale Of(ReconcileContext context, IEnumerable<BudgetedPod> pods)
    {
        var scale = new ExpectedScale();
        foreach (var pod in pods)
            if (scale.Fault is null)
                scale.Add(context, pod);
        return scale;
    }

    private void Add(ReconcileContext context, BudgetedPod pod)
    {
        if (pod.Object.Head.Controller is not { } owner)
        {
            HasUnmanaged = true;
            return;
        }
        var key = new ObjectKey(pod.Object.Key.Namespace, owner.Name);
        if (_scales.ContainsKey(owner.Uid) || InCaches(context.View, key, owner))
            return;
        if (context.Served.FirstOrDefault(s => s.Kind == owner.Kind && s.Resource.Group == GroupOf(owner)) is { } served)
            Ask(context, new LiveRead(served.Resource, key.Namespace, key.Name, "scale"), owner);
        else
            Fault = $"no matches for kind \"{owner.Kind}\" in version \"{owner.ApiVersion}\"";
        if (Fault is null && Reads.Count == 0 && !_scales.ContainsKey(owner.Uid))
            Fault = $"found no controllers for pod \"{pod.Object.Key.Name}\"";
    }

    private bool InCaches(IClusterView view, ObjectKey key, OwnerReference owner)
    {
        var known = Known.FirstOrDefault(k => k.Kind == owner.Kind && k.Group == GroupOf(owner));
        if (known.Kind is null || view.Of(known.Resource).Find(key) is not { } found || found.Head.Uid != owner.Uid)
            return false;
        if (known.Kind == "ReplicaSet" && found.Head.Controller is { Kind: "Deployment" } above)
        {
            if (view.Of(WellKnownResources.Deployments).Find(key with { Name = above.Name }) is not { } deployment || deployment.Head.Uid != above.Uid)
                return false;
            // All sets of a Deployment stand for the one number that it asks for.
            _scales[above.Uid] = Replicas(deployment.Object);
            return true;
        }
        _scales[owner.Uid] = Replicas(found.Object);
        return true;
    }

    private void Ask(ReconcileContext context, LiveRead read, OwnerReference owner)
    {
        if (context.Live[read] is not { } answer)
        {
            if (!Reads.Contains(read))
                Reads.Add(read);
        }
        else if (answer.Error is { } error)
            Fault = error.Message;
        else if (answer.Absence is { Name: null or "" })
            Fault = $"{read.Resource.Resource} does not implement the scale subresource";
        else if (answer.Object is { } scale && scale.Head.Uid == owner.Uid)
            _scales[owner.Uid] = scale.Edit().Count("spec", "replicas") ?? 0;
    }

    private static int Replicas(StoredObject owner) => owner.Edit().Count("spec", "replicas") ?? 1;

    private static string GroupOf(OwnerReference owner) => owner.ApiVersion.Contains('/', StringComparison.Ordinal) ? owner.ApiVersion[..owner.ApiVersion.IndexOf('/', StringComparison.Ordinal)] : "";
}
