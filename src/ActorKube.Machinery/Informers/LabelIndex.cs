using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;

namespace ActorKube.Machinery.Informers;

/// <summary>
/// Which objects of a namespace have a label. Immutable. It holds keys instead of objects, so that a change that leaves labels alone, as nearly every one does, leaves it as it is.
/// </summary>
internal sealed class LabelIndex
{
    private static readonly ImmutableHashSet<ObjectKey> None = [];

    private readonly ImmutableDictionary<Label, ImmutableHashSet<ObjectKey>> _keys;

    private LabelIndex(ImmutableDictionary<Label, ImmutableHashSet<ObjectKey>> keys) => _keys = keys;

    /// <summary>The index of some objects.</summary>
    public static LabelIndex Of(IEnumerable<CachedObject> objects) => new(objects
        .SelectMany(static o => o.Head.Labels, static (o, l) => (Label: new Label(o.Key.Namespace, l.Key, l.Value), o.Key))
        .GroupBy(static p => p.Label, static p => p.Key)
        .ToImmutableDictionary(static g => g.Key, static g => g.ToImmutableHashSet()));

    /// <summary>The index after a change of one object.</summary>
    /// <param name="old">What it was; null when there was none.</param>
    /// <param name="now">What it is; null when it is gone.</param>
    public LabelIndex After(CachedObject? old, CachedObject? now)
    {
        var (before, after) = (old?.Head.Labels ?? Labels.None, now?.Head.Labels ?? Labels.None);
        if (before.SequenceEqual(after))
            return this;
        var keys = _keys;
        foreach (var (name, value) in before)
            if (after[name] != value)
            {
                var label = new Label(old!.Key.Namespace, name, value);
                var rest = keys[label].Remove(old.Key);
                keys = rest.IsEmpty ? keys.Remove(label) : keys.SetItem(label, rest);
            }
        foreach (var (name, value) in after)
            if (before[name] != value)
            {
                var label = new Label(now!.Key.Namespace, name, value);
                keys = keys.SetItem(label, keys.GetValueOrDefault(label, None).Add(now.Key));
            }
        return new LabelIndex(keys);
    }

    /// <summary>Keys of objects among which are all that a selector matches, as few as the index can tell; null when it cannot tell anything.</summary>
    public IReadOnlySet<ObjectKey>? Candidates(string ns, LabelSelector selector)
    {
        ImmutableHashSet<ObjectKey>? least = null;
        foreach (var requirement in selector.Requirements)
            if (requirement.OnlyValue is { } value && _keys.GetValueOrDefault(new Label(ns, requirement.Key, value), None) is var keys && (least is null || keys.Count < least.Count))
                least = keys;
        return least;
    }

    private readonly record struct Label(string Namespace, string Name, string Value);
}
