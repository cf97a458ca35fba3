using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Reconciling;

namespace ActorKube.Controllers.Namespaces;

/// <summary>What is left in a namespace.</summary>
internal sealed class NamespaceContent
{
    public NamespaceContent(IEnumerable<(ServedResource Resource, LiveAnswer Answer)> answers)
    {
        var all = answers.ToArray();
        Error = all.Select(a => a.Answer.Error).FirstOrDefault(e => e is not null);
        Remaining = [.. all.Where(a => a.Answer.Items.Count > 0).Select(a => (a.Resource, a.Answer.Items))];
        // Pods go first: what they need, network policies above all, stays until they are gone.
        var pods = Remaining.Where(r => r.Resource.Resource == WellKnownResources.Pods).ToArray();
        ToDelete = [.. (pods.Length > 0 ? pods : Remaining).Where(r => r.Items.Any(i => i.Head.Deleted is null))];
    }

    /// <summary>Why something could not be listed; null when everything could.</summary>
    public ApiStatus? Error { get; }

    /// <summary>Resources that have objects.</summary>
    public IReadOnlyList<(ServedResource Resource, IReadOnlyList<StoredObject> Items)> Remaining { get; }

    /// <summary>Those of which objects are to be deleted now.</summary>
    public IReadOnlyList<(ServedResource Resource, IReadOnlyList<StoredObject> Items)> ToDelete { get; }

    /// <summary>True when the namespace is known to be empty.</summary>
    public bool IsEmpty => Remaining.Count == 0 && Error is null;
}
