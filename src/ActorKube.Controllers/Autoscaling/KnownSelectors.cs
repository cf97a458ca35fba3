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
    private readonly Dictionary<string, HashSet<ObjectKey>> _byLabel = [];

    /// <summary>Notes the selector of an autoscaler's target.</summary>
    public void Note(ObjectKey autoscaler, LabelSelector selector)
    {
        Forget(autoscaler);
        _known[autoscaler] = selector;
        var value = SelectorIndex.Value(autoscaler.Namespace, selector);
        if (!_byLabel.TryGetValue(value, out var keys))
            _byLabel.Add(value, keys = []);
        keys.Add(autoscaler);
    }

    /// <summary>Forgets an autoscaler that is gone.</summary>
    public void Forget(ObjectKey autoscaler)
    {
        if (!_known.Remove(autoscaler, out var selector))
            return;
        var value = SelectorIndex.Value(autoscaler.Namespace, selector);
        if (_byLabel[value].Remove(autoscaler) && _byLabel[value].Count == 0)
            _byLabel.Remove(value);
    }

    /// <summary>The autoscalers of a namespace whose targets have any of its pods.</summary>
    public IEnumerable<ObjectKey> Over(string ns, IReadOnlyCollection<CachedObject> pods) => pods
        .SelectMany(p => SelectorIndex.Values(ns, p.Head.Labels)).Distinct()
        .SelectMany(v => _byLabel.GetValueOrDefault(v) ?? [])
        .Where(k => pods.Any(p => _known[k].Matches(p.Head.Labels)));
}
