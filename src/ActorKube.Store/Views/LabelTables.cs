using ActorKube.Api.Names;
using ActorKube.Api.Selectors;
using ActorKube.Store.Watching;

namespace ActorKube.Store.Views;

/// <summary>
/// Finds the objects of a resource that a label selector can match. A table is made of a label that lists have asked for repeatedly, is brought up to date by whoever asks next, and goes when nobody
/// asks any more; writers do nothing for it. Where tables do not help, lists walk all objects, as they would without.
/// </summary>
/// <param name="history">The events between cuts.</param>
internal sealed class LabelTables(HistoryLog history)
{
    // Fewer objects are walked in less time than it takes to think about it.
    private const int Few = 64;
    // Finding an object by its key costs as much as looking at some that stand in order.
    private const int CostOfFinding = 4;
    private const int AsksBeforeMaking = 3;
    private const int MostLabels = 8;
    private const int RevisionsBetweenLooks = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = [];
    private long _asks;

    /// <summary>Labels that there is a table of; for tests.</summary>
    internal IReadOnlyList<string> Made
    {
        get
        {
            lock (_gate)
                return [.. _entries.Where(static e => e.Value.Table is not null).Select(static e => e.Key)];
        }
    }

    /// <summary>Keys in order, among them those of all objects of the cut that a selector matches; null when walking the cut is as good.</summary>
    /// <param name="cut">A cut of this resource, not necessarily the newest.</param>
    /// <param name="selector">The selector.</param>
    /// <param name="ns">Only this namespace; null for all.</param>
    /// <param name="after">Only after this key; null for all.</param>
    public ReadOnlyMemory<ObjectKey>? Candidates(ResourceCut cut, LabelSelector selector, string? ns, ObjectKey? after)
    {
        if (cut.Count < Few || cut.CountRange(ns, after) is var all && all < Few)
            return null;
        ReadOnlyMemory<ObjectKey>? least = null;
        foreach (var requirement in selector.Requirements)
            if (requirement.OnlyValue is { } value && With(requirement.Key, value, cut) is { } keys
                && SortedKeys.Slice(keys, ns, after) is var slice && slice.Length < (least?.Length ?? int.MaxValue))
                least = slice;
        return least?.Length * CostOfFinding <= all ? least : null;
    }

    /// <summary>Writer: lets go of tables that nobody has asked for so long that making them anew costs less than bringing them up to date.</summary>
    public void Look(long revision, int count)
    {
        if (revision % RevisionsBetweenLooks != 0 || !_gate.TryEnter())
            return;
        try
        {
            foreach (var (label, entry) in _entries)
                if (revision - entry.LastRevision > Math.Max(count, RevisionsBetweenLooks))
                    _entries.Remove(label);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Forgets everything: what follows has another past.</summary>
    public void Clear()
    {
        lock (_gate)
            _entries.Clear();
    }

    private ObjectKey[]? With(string label, string value, ResourceCut cut)
    {
        Entry entry;
        lock (_gate)
        {
            entry = Asked(label, cut.Revision);
            if (entry.Table is { } known)
            {
                if (Reach(known, value, cut) is { } keys)
                    return keys;
                // A cut is published a moment before its change is in the history.
                if (known.Revision >= cut.Revision || history.Head < cut.Revision)
                    return null;
            }
            if (++entry.Asks < AsksBeforeMaking || entry.IsBeingMade)
                return null;
            entry.IsBeingMade = true;
        }
        try
        {
            // Reading a large resource takes longer than others should wait.
            var made = new LabelTable(label, cut);
            var keys = made.With(value);
            lock (_gate)
                entry.Table = made;
            return keys;
        }
        finally
        {
            lock (_gate)
                entry.IsBeingMade = false;
        }
    }

    // Null when the history does not lead from the one to the other.
    private ObjectKey[]? Reach(LabelTable table, string value, ResourceCut cut)
    {
        if (Math.Abs(cut.Revision - table.Revision) > Math.Max(cut.Count, Few) || history.Head < cut.Revision || history.After(Math.Min(table.Revision, cut.Revision)) is not { } later)
            return null;
        if (table.Revision > cut.Revision)
            return table.WithBefore(value, later);
        table.Advance(later, cut.Revision);
        return table.With(value);
    }

    private Entry Asked(string label, long revision)
    {
        if (!_entries.TryGetValue(label, out var entry))
        {
            if (_entries.Count == MostLabels)
                _entries.Remove(_entries.MinBy(static e => e.Value.LastAsk).Key);
            _entries.Add(label, entry = new Entry());
        }
        entry.LastAsk = ++_asks;
        entry.LastRevision = Math.Max(entry.LastRevision, revision);
        return entry;
    }

    private sealed class Entry
    {
        public LabelTable? Table { get; set; }

        public bool IsBeingMade { get; set; }

        public int Asks { get; set; }

        public long LastAsk { get; set; }

        public long LastRevision { get; set; }
    }
}
