using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Api.Selectors;

namespace ActorKube.Machinery.Informers;

/// <summary>
/// A consistent cut of one resource as an informer knows it. Immutable: a decision reads one cut from beginning to end, on any thread. The next cut shares all
/// that did not change; indexes hold keys instead of objects, so that a change that leaves an object where it is, as nearly every one does, leaves them as they are.
/// </summary>
public sealed class CacheView
{
    private static readonly ImmutableHashSet<ObjectKey> None = [];

    private readonly ImmutableDictionary<ObjectKey, CachedObject> _objects;
    private readonly ImmutableDictionary<CacheIndex, ImmutableDictionary<string, ImmutableHashSet<ObjectKey>>> _indexes;
    private readonly LabelIndex? _labels;

    private CacheView(
        ImmutableDictionary<ObjectKey, CachedObject> objects,
        ImmutableDictionary<CacheIndex, ImmutableDictionary<string, ImmutableHashSet<ObjectKey>>> indexes,
        LabelIndex? labels,
        long revision)
    {
        _objects = objects;
        _indexes = indexes;
        _labels = labels;
        Revision = revision;
    }

    /// <summary>Nothing known yet.</summary>
    public static CacheView Empty { get; } = new(
        ImmutableDictionary<ObjectKey, CachedObject>.Empty, ImmutableDictionary<CacheIndex, ImmutableDictionary<string, ImmutableHashSet<ObjectKey>>>.Empty, null, 0);

    /// <summary>Every change of the resource up to this revision is in the cut.</summary>
    public long Revision { get; }

    /// <summary>Number of objects.</summary>
    public int Count => _objects.Count;

    /// <summary>All objects, in no particular order.</summary>
    public IEnumerable<CachedObject> All => _objects.Values;

    /// <summary>The object under a key, or null.</summary>
    public CachedObject? Find(ObjectKey key) => _objects.GetValueOrDefault(key);

    /// <summary>The objects that an index has under a value, in no particular order.</summary>
    /// <exception cref="InvalidOperationException">The index was never asked for when the informer was obtained.</exception>
    public IEnumerable<CachedObject> By(CacheIndex index, string value) => Bucket(index, value) is { IsEmpty: false } keys ? Under(keys) : [];

    /// <summary>Number of objects that <see cref="By"/> gives.</summary>
    public int CountBy(CacheIndex index, string value) => Bucket(index, value).Count;

    /// <summary>The objects of a namespace that a selector matches, in no particular order. Costs what the rarest of the selector's labels does, not what the namespace has.</summary>
    /// <exception cref="InvalidOperationException"><see cref="CacheIndex.Labels"/> or <see cref="CacheIndex.Namespace"/> was never asked for.</exception>
    public IEnumerable<CachedObject> Matching(string ns, LabelSelector selector)
    {
        if (_labels is null)
            throw new InvalidOperationException("The cache has no index of labels.");
        return (_labels.Candidates(ns, selector) is { } keys ? Under(keys) : By(CacheIndex.Namespace, ns)).Where(o => selector.Matches(o.Head.Labels));
    }

    private IEnumerable<CachedObject> Under(IEnumerable<ObjectKey> keys) => keys.Select(k => _objects[k]);

    private ImmutableHashSet<ObjectKey> Bucket(CacheIndex index, string value) =>
        _indexes.TryGetValue(index, out var values)
            ? values.GetValueOrDefault(value, None)
            : throw new InvalidOperationException($"The cache has no index '{index.Name}'.");

    /// <summary>A cut over given objects, as a list yields it.</summary>
    public static CacheView Of(IEnumerable<CachedObject> objects, IEnumerable<CacheIndex> indexes, long revision)
    {
        var view = new CacheView(objects.ToImmutableDictionary(o => o.Key), Empty._indexes, null, revision);
        return indexes.Aggregate(view, (v, index) => v.WithIndex(index));
    }

    internal CacheView WithIndex(CacheIndex index)
    {
        if (index == CacheIndex.Labels)
            return _labels is null ? new(_objects, _indexes, LabelIndex.Of(_objects.Values), Revision) : this;
        if (_indexes.ContainsKey(index))
            return this;
        var buckets = _objects.Values
            .Select(o => (Value: index.ValueOf(o), Object: o))
            .Where(p => p.Value is not null)
            .GroupBy(p => p.Value!, p => p.Object.Key)
            .ToImmutableDictionary(g => g.Key, g => g.ToImmutableHashSet());
        return new(_objects, _indexes.Add(index, buckets), _labels, Revision);
    }

    internal CacheView With(CachedObject item, long revision)
    {
        var old = Find(item.Key);
        return new(_objects.SetItem(item.Key, item), Moved(old, item), _labels?.After(old, item), revision);
    }

    internal CacheView Without(ObjectKey key, long revision) =>
        Find(key) is { } old ? new(_objects.Remove(key), Moved(old, null), _labels?.After(old, null), revision) : At(revision);

    internal CacheView At(long revision) => revision == Revision ? this : new(_objects, _indexes, _labels, revision);

    internal IEnumerable<CacheIndex> Indexes => _labels is null ? _indexes.Keys : _indexes.Keys.Append(CacheIndex.Labels);

    private ImmutableDictionary<CacheIndex, ImmutableDictionary<string, ImmutableHashSet<ObjectKey>>> Moved(CachedObject? old, CachedObject? item)
    {
        var indexes = _indexes;
        foreach (var (index, values) in _indexes)
        {
            var before = old is null ? null : index.ValueOf(old);
            var after = item is null ? null : index.ValueOf(item);
            if (before != after)
                indexes = indexes.SetItem(index, Move(values, (old ?? item)!.Key, before, after));
        }
        return indexes;
    }

    private static ImmutableDictionary<string, ImmutableHashSet<ObjectKey>> Move(ImmutableDictionary<string, ImmutableHashSet<ObjectKey>> values, ObjectKey key, string? before, string? after)
    {
        if (before is not null)
        {
            var rest = values[before].Remove(key);
            values = rest.IsEmpty ? values.Remove(before) : values.SetItem(before, rest);
        }
        return after is null ? values : values.SetItem(after, values.GetValueOrDefault(after, None).Add(key));
    }
}
