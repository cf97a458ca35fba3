using ActorKube.Api.Names;

namespace ActorKube.Store.Views;

/// <summary>Arrays of keys in order, each key once.</summary>
internal static class SortedKeys
{
    /// <summary>What is in the array and not in the list.</summary>
    public static ObjectKey[] Without(ObjectKey[] keys, List<ObjectKey>? gone)
    {
        if (gone is null)
            return keys;
        var set = gone.ToHashSet();
        return [.. keys.Where(k => !set.Contains(k))];
    }

    /// <summary>What is in the array or in the list, which need not be in order; the list is sorted.</summary>
    public static ObjectKey[] Merge(ObjectKey[] keys, List<ObjectKey>? more)
    {
        if (more is null)
            return keys;
        more.Sort();
        var merged = new List<ObjectKey>(keys.Length + more.Count);
        var next = 0;
        foreach (var key in more)
        {
            while (next < keys.Length && keys[next].CompareTo(key) < 0)
                merged.Add(keys[next++]);
            if (next < keys.Length && keys[next] == key || merged.Count > 0 && merged[^1] == key)
                continue;
            merged.Add(key);
        }
        merged.AddRange(keys.AsSpan(next));
        return [.. merged];
    }

    /// <summary>The part of one namespace or (null) of all, after a key exclusively (null: from the start).</summary>
    public static ReadOnlyMemory<ObjectKey> Slice(ObjectKey[] keys, string? ns, ObjectKey? after)
    {
        var from = ns is null ? 0 : UpTo(keys, new ObjectKey(ns, ""));
        if (after is { } last)
            from = Math.Max(from, UpTo(keys, last));
        // No namespace contains U+0000: the key is above all of this namespace and below the next one.
        var to = ns is null ? keys.Length : UpTo(keys, new ObjectKey(ns + "\0", ""));
        return keys.AsMemory(from..Math.Max(from, to));
    }

    private static int UpTo(ObjectKey[] keys, ObjectKey key) => Array.BinarySearch(keys, key) is var at && at >= 0 ? at + 1 : ~at;
}
