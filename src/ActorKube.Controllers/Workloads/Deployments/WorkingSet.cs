using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Recording;

namespace ActorKube.Controllers.Workloads.Deployments;

/// <summary>One set of a deployment during a decision: as it is, and as it shall be.</summary>
internal sealed class WorkingSet(ReplicaSetView view)
{
    public ReplicaSetView View { get; } = view;

    public StoredObject Object => View.Object;

    /// <summary>Replicas it shall have.</summary>
    public int Replicas { get; private set; } = view.Replicas;

    /// <summary>Annotations it shall have.</summary>
    public Dictionary<string, string> Annotations { get; set; } = view.Annotations.ToDictionary();

    /// <summary>Value of <c>minReadySeconds</c> it shall have.</summary>
    public int MinReadySeconds { get; set; } = view.MinReadySeconds;

    public SetSize Size => new(Replicas, View.Status.Available);

    public bool IsActive => Replicas > 0;

    public long Revision => Revisions.Of(View.Annotations);

    public bool IsChanged => Replicas != View.Replicas || MinReadySeconds != View.MinReadySeconds || !SameAnnotations();

    /// <summary>Changes the size, and notes on the set for which size of the deployment it was chosen.</summary>
    public void Scale(DeploymentView deployment, int replicas)
    {
        Replicas = replicas;
        Annotations[Revisions.Desired] = deployment.Replicas.ToString(CultureInfo.InvariantCulture);
        Annotations[Revisions.Max] = Totals.Fit((long)deployment.Replicas + deployment.Bounds.MaxSurge).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The write that makes it so.</summary>
    public UpdateStep Update(ObjectReference deployment)
    {
        var json = Object.Edit();
        json.Child("spec")["replicas"] = Replicas;
        if (MinReadySeconds != View.MinReadySeconds)
            json.Child("spec")["minReadySeconds"] = MinReadySeconds;
        json.Child("metadata")["annotations"] = new JsonObject(Annotations.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)));
        return new UpdateStep(ObjectAddress.Of(WellKnownResources.ReplicaSets, Object.Key), json.Encode())
        {
            OnDone = Replicas == View.Replicas ? null : ScalingEvent(deployment, Object.Key.Name, View.Replicas, Replicas),
        };
    }

    public static EventSpec ScalingEvent(ObjectReference deployment, string set, int from, int to) =>
        EventSpec.Normal(deployment, "ScalingReplicaSet", $"Scaled {(to > from ? "up" : "down")} replica set {set} from {from} to {to}");

    private bool SameAnnotations() =>
        Annotations.Count == View.Annotations.Count && Annotations.All(a => View.Annotations.TryGetValue(a.Key, out var value) && value == a.Value);
}
