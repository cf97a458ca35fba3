using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Namespaces;

/// <summary>What is left in a namespace.</summary>
internal sealed class NamespaceContent
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    public NamespaceContent(IEnumerable<(ServedResource Resource, LiveAnswer Answer)> answers)
    {
        var all = answers.ToArray();
        Error = all.Select(a => a.Answer.Error).FirstOrDefault(e => e is not null);
        Remaining = [.. all.Where(a => a.Answer.Items.Count > 0).Select(a => (a.Resource, a.Answer.Items))];
        // Pods go first: what they need, network policies above all, stays until they are gone.
        var pods = Remaining.Where(r => r.Resource.Resource == WellKnownResources.Pods).ToArray();
        ToDelete = [.. (pods.Length > 0 ? pods : Remaining).Where(r => r.Items.Any(i => i.Head.Deleted is null))];
        Patience = pods.SelectMany(p => p.Items).Select(p => p.Edit().Number("spec", "terminationGracePeriodSeconds") ?? 0).DefaultIfEmpty().Max() is > 0 and var grace
            ? TimeSpan.FromSeconds(grace / 2) + Least
            : Least;
    }

    /// <summary>Why something could not be listed; null when everything could.</summary>
    public ApiStatus? Error { get; }

    /// <summary>Resources that have objects.</summary>
    public IReadOnlyList<(ServedResource Resource, IReadOnlyList<StoredObject> Items)> Remaining { get; }

    /// <summary>Those of which objects are to be deleted now.</summary>
    public IReadOnlyList<(ServedResource Resource, IReadOnlyList<StoredObject> Items)> ToDelete { get; }

    /// <summary>When to look again at what only waits: half the longest grace and a second.</summary>
    public TimeSpan Patience { get; }

    /// <summary>True when the namespace is known to be empty.</summary>
    public bool IsEmpty => Remaining.Count == 0 && Error is null;
}
