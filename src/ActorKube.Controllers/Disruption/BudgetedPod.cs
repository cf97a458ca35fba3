using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Disruption;

/// <summary>What budgets depend on in a pod.</summary>
internal sealed class BudgetedPod : IObjectView<BudgetedPod>
{
    private const string ByKubelet = "TerminationByKubelet";

    public required StoredObject Object { get; init; }

    public required bool Ready { get; init; }

    /// <summary>When the pod was declared target of a disruption that its node does not carry out by itself; null when it is none, or is on its way out already.</summary>
    public required DateTimeOffset? TargetSince { get; init; }

    public bool Terminating => Object.Head.Deleted is not null;

    /// <summary>False when the pod surely is no target of a disruption: a look at its bytes, because every change of every pod is asked, and hardly any is one.</summary>
    public static bool MayBeTarget(StoredObject item) => item.Json.Span.IndexOf("DisruptionTarget"u8) >= 0;

    public static BudgetedPod Project(StoredObject item)
    {
        var status = item.Edit()["status"];
        var target = status.Items("conditions").FirstOrDefault(c => c.Text("type") == "DisruptionTarget");
        var waits = item.Head.Deleted is null && status.Text("phase") is not ("Succeeded" or "Failed") && target.Text("status") == "True" && target.Text("reason") != ByKubelet;
        return new BudgetedPod
        {
            Object = item,
            Ready = status.Items("conditions").Any(c => c.Text("type") == "Ready" && c.Text("status") == "True"),
            TargetSince = waits ? target.Time("lastTransitionTime") ?? item.Head.Created : null,
        };
    }

    /// <summary>Whether budgets count both states alike.</summary>
    public bool SameFor(BudgetedPod other) => (Ready, Terminating) == (other.Ready, other.Terminating) && Object.Head.Labels.SequenceEqual(other.Object.Head.Labels);
}
