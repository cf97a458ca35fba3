using ActorKube.Api.Names;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Informers;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>
/// Which pods the autoscalers scale, by the selectors of their targets as they were read last: two that share pods would pull in different directions. Only in memory, as upstream: after a restart an
/// autoscaler is told apart from others when they have been looked at.
/// </summary>
internal sealed class KnownSelectors
{
    private readonly Dictionary<ObjectKey, LabelSelector> _known = [];

    /// <summary>Notes the selector of an autoscaler's target.</summary>
    public void Note(ObjectKey autoscaler, LabelSelector selector) => _known[autoscaler] = selector;

    /// <summary>Forgets an autoscaler that is gone.</summary>
    public void Forget(ObjectKey autoscaler) => _known.Remove(autoscaler);

    /// <summary>The autoscalers whose targets have any of the pods, sorted.</summary>
    public IEnumerable<ObjectKey> Over(IReadOnlyCollection<CachedObject> pods) =>
        _known.Where(k => pods.Any(p => p.Key.Namespace == k.Key.Namespace && k.Value.Matches(p.Head.Labels))).Select(static k => k.Key).Order();
}
