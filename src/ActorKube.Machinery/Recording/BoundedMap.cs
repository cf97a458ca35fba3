using System.Diagnostics.CodeAnalysis;

namespace ActorKube.Machinery.Recording;

/// <summary>A dictionary that forgets what was used longest ago when it is full.</summary>
internal sealed class BoundedMap<TKey, TValue>(int capacity) where TKey : notnull
{
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _entries = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = new();

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!_entries.TryGetValue(key, out var node))
        {
            value = default;
            return false;
        }
        _byUse.Remove(node);
        _byUse.AddFirst(node);
        value = node.Value.Value;
        return true;
    }

    public void Set(TKey key, TValue value)
    {
        Remove(key);
        _entries[key] = _byUse.AddFirst((key, value));
        if (_entries.Count <= capacity)
            return;
        _entries.Remove(_byUse.Last!.Value.Key);
        _byUse.RemoveLast();
    }

    public void Remove(TKey key)
    {
        if (_entries.Remove(key, out var node))
            _byUse.Remove(node);
    }
}
