using ActorKube.Api.Names;
using ActorKube.Store.Watching;

namespace ActorKube.Store.Views;

/// <summary>
/// Which objects have a label, by its value, at one revision. It holds keys, so that a change that leaves the label alone, as nearly every one does, leaves it as it is.
/// For one caller at a time; arrays that it has given away never change.
/// </summary>
internal sealed class LabelTable
{
    private readonly string _label;
    private readonly Dictionary<string, ObjectKey[]> _keys;

    /// <summary>Reads all objects of a cut.</summary>
    public LabelTable(string label, ResourceCut cut)
    {
        (_label, Revision) = (label, cut.Revision);
        var keys = new Dictionary<string, List<ObjectKey>>();
        foreach (var item in cut.Range(null, null))
            if (item.Head.Labels[label] is { } value)
                Of(keys, value).Add(item.Key);
        _keys = keys.ToDictionary(p => p.Key, p => p.Value.ToArray());
    }

    /// <summary>The cut that it speaks of.</summary>
    public long Revision { get; private set; }

    /// <summary>Keys of the objects that have a value at <see cref="Revision"/>, in order.</summary>
    public ObjectKey[] With(string value) => _keys.GetValueOrDefault(value, []);

    /// <summary>Brings it up to a later revision.</summary>
    /// <param name="later">The events after <see cref="Revision"/>.</param>
    /// <param name="revision">Where to stop.</param>
    public void Advance(HistoryCursor later, long revision)
    {
        var moves = new Dictionary<ObjectKey, (string? From, string? To)>();
        for (; later.Peek() is { } item && item.Revision <= revision; later.Advance())
        {
            var (from, to) = (item.Previous?.Head.Labels[_label], item.Current?.Head.Labels[_label]);
            if (from == to)
                continue;
            var key = (item.Current ?? item.Previous)!.Key;
            moves[key] = (moves.TryGetValue(key, out var earlier) ? earlier.From : from, to);
        }
        Revision = revision;
        // All moves of a value in one go: thousands of objects that come with the same label must not each copy its array.
        var (gone, come) = (new Dictionary<string, List<ObjectKey>>(), new Dictionary<string, List<ObjectKey>>());
        foreach (var (key, (from, to)) in moves)
        {
            if (from == to)
                continue;
            if (from is not null)
                Of(gone, from).Add(key);
            if (to is not null)
                Of(come, to).Add(key);
        }
        foreach (var value in gone.Keys.Union(come.Keys))
        {
            var now = SortedKeys.Merge(SortedKeys.Without(With(value), gone.GetValueOrDefault(value)), come.GetValueOrDefault(value));
            if (now.Length > 0)
                _keys[value] = now;
            else
                _keys.Remove(value);
        }
    }

    /// <summary>Keys of the objects that had a value at an earlier revision, and maybe of some that did not.</summary>
    /// <param name="value">The value.</param>
    /// <param name="later">The events after that revision.</param>
    public ObjectKey[] WithBefore(string value, HistoryCursor later)
    {
        List<ObjectKey>? lost = null;
        for (; later.Peek() is { } item && item.Revision <= Revision; later.Advance())
            if (item.Previous?.Head.Labels[_label] == value)
                (lost ??= []).Add(item.Previous.Key);
        return SortedKeys.Merge(With(value), lost);
    }

    private static List<ObjectKey> Of(Dictionary<string, List<ObjectKey>> lists, string value) =>
        lists.TryGetValue(value, out var list) ? list : lists[value] = [];
}
