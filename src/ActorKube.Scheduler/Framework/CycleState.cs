namespace ActorKube.Scheduler.Framework;

/// <summary>
/// What plugins tell themselves between the extension points of one attempt to schedule one pod. There are never more than a handful of entries, so they are
/// searched one by one.
/// </summary>
internal sealed class CycleState
{
    private readonly List<(string Key, object Value)> _entries = [];

    /// <summary>Keeps a value. The key is the plugin's name, with a suffix when it keeps several.</summary>
    public void Write(string key, object value)
    {
        for (var i = 0; i < _entries.Count; i++)
            if (_entries[i].Key == key)
            {
                _entries[i] = (key, value);
                return;
            }
        _entries.Add((key, value));
    }

    /// <summary>The value kept under a key, or null.</summary>
    public T? Read<T>(string key) where T : class
    {
        foreach (var entry in _entries)
            if (ReferenceEquals(entry.Key, key) || entry.Key == key)
                return (T)entry.Value;
        return null;
    }
}
