using System.Text.Json;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Disruption;

/// <summary>What budgets depend on in a pod.</summary>
internal sealed class BudgetedPod : IObjectView<BudgetedPod>
{
    public required StoredObject Object { get; init; }

    public bool Ready { get; private set; }

    /// <summary>When the pod was declared target of a disruption that its node does not carry out by itself; null when it is none, or is on its way out already.</summary>
    public DateTimeOffset? TargetSince { get; private set; }

    public bool Terminating => Object.Head.Deleted is not null;

    /// <summary>False when the pod surely is no target of a disruption: a look at its bytes, because every change of every pod is asked, and hardly any is one.</summary>
    public static bool MayBeTarget(StoredObject item) => item.Json.Span.IndexOf("DisruptionTarget"u8) >= 0;

    public static BudgetedPod Project(StoredObject item)
    {
        var pod = new BudgetedPod { Object = item };
        var reader = new Utf8JsonReader(item.Json.Span);
        reader.Read();
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("status"u8)) pod.ReadStatus(ref reader);
            else reader.Pass();
        }
        return pod;
    }

    private void ReadStatus(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return;
        var terminal = false;
        while (reader.NextField())
        {
            if (reader.ValueTextEquals("phase"u8)) terminal = reader.Phase().IsTerminal();
            else if (reader.ValueTextEquals("conditions"u8)) ReadConditions(ref reader);
            else reader.Pass();
        }
        if (terminal || Terminating)
            TargetSince = null;
    }

    private void ReadConditions(ref Utf8JsonReader reader)
    {
        if (!reader.EnterArray())
            return;
        while (reader.NextObject())
        {
            var condition = ConditionFields.Read(ref reader);
            if (!condition.IsTrue)
                continue;
            if (condition.Is("Ready"u8))
                Ready = true;
            else if (condition.Is("DisruptionTarget"u8) && !condition.Because("TerminationByKubelet"u8))
                TargetSince = condition.Changed ?? Object.Head.Created;
        }
    }

    /// <summary>Whether budgets count both states alike.</summary>
    public bool SameFor(BudgetedPod other) => (Ready, Terminating) == (other.Ready, other.Terminating) && Object.Head.Labels.SequenceEqual(other.Object.Head.Labels);
}
