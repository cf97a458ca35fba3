using System.Runtime.InteropServices;

namespace ActorKube.Machinery.Recording;

/// <summary>A dictionary that forgets what was used longest ago when it is full.</summary>
internal sealed class BoundedMap<TKey, TValue>(int capacity) where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue? Value)>> _entries = [];
    private readonly LinkedList<(TKey Key, TValue? Value)> _byUse = new();

    /// <summary>The place of a key's value, which counts as used now; it holds the default value when the key is new. Good until the next call.</summary>
    public ref TValue? Touch(TKey key)
    {
        ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_entries, key, out _);
        if (entry is null)
        {
            entry = _byUse.AddFirst((key, default));
        }
        else if (entry != _byUse.First)
        {
            _byUse.Remove(entry);
            _byUse.AddFirst(entry);
        }
        // Removing moves entries of the dictionary, nodes stay.
        var node = entry;
        if (_entries.Count > capacity)
        {
            _entries.Remove(_byUse.Last!.Value.Key);
            _byUse.RemoveLast();
        }
        return ref node.ValueRef.Value;
    }
}
