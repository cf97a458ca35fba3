namespace ActorKube.Store.Tests.Crash;

/// <summary>
/// What the killed processes have said, one after the other, and whether it adds up: each list is what the events up to its revision make, the events follow each other without a gap,
/// and every acknowledged write is the event at its revision.
/// </summary>
internal sealed class CrashStory
{
    private readonly Dictionary<string, long> _objects = [];
    private readonly Dictionary<long, string> _events = [];
    private readonly Dictionary<long, string> _promises = [];
    private readonly Queue<(long Revision, Dictionary<string, long> Objects)> _lists = new();
    private (long Revision, Dictionary<string, long> Objects) _current = (1, []);
    private long _promised;

    /// <summary>Revision of the last event.</summary>
    public long Watched { get; private set; } = 1;

    /// <summary>Revision of the newest cut that a process found at its start.</summary>
    public long Found => _current.Revision;

    /// <summary>Takes a line.</summary>
    /// <returns>True when it acknowledges a write.</returns>
    public bool Take(string line)
    {
        switch (line.Split(' '))
        {
            case ["S", var revision, "."]:
                _current = (long.Parse(revision), []);
                Assert.True(Found >= Watched, $"The event {Watched} was seen, but at its next start the store is at {Found}.");
                Assert.True(Found >= _promised, $"The write {_promised} was acknowledged, but at its next start the store is at {Found}.");
                return false;
            case ["L", var name, var revision, "."]:
                _current.Objects.Add(name, long.Parse(revision));
                return false;
            case ["E", "."]:
                _lists.Enqueue(_current);
                CompareLists();
                return false;
            case ["A", var type, var name, var revision, "."]:
                Promise(long.Parse(revision), $"{type} {name}");
                return true;
            case ["W", var type, var name, var revision, "."]:
                See(long.Parse(revision), type, name);
                return false;
            default:
                // The last line may have been cut off by the kill.
                return false;
        }
    }

    /// <summary>Looks at what could not be compared before; the last process has told all that was there at its start.</summary>
    public void End()
    {
        Assert.Empty(_lists);
        foreach (var (revision, change) in _promises.Where(p => p.Key <= Watched))
            Assert.Equal((revision, change), (revision, _events[revision]));
    }

    private void Promise(long revision, string change)
    {
        Assert.True(revision > Found, $"Revision {revision} was given out again: at its start the store was at {Found}.");
        Assert.True(_promises.TryAdd(revision, change), $"Revision {revision} was given out twice.");
        _promised = Math.Max(_promised, revision);
    }

    private void See(long revision, string type, string name)
    {
        Assert.True(revision == Watched + 1, $"The event {revision} follows {Watched}.");
        Watched = revision;
        _events.Add(revision, $"{type} {name}");
        if (type == "Deleted")
            Assert.True(_objects.Remove(name), $"{name}, deleted at {revision}, was not there.");
        else
            Assert.True(_objects.ContainsKey(name) == (type == "Modified"), $"{type} {name} at {revision}.");
        if (type != "Deleted")
            _objects[name] = revision;
        CompareLists();
    }

    private void CompareLists()
    {
        while (_lists.TryPeek(out var list) && list.Revision <= Watched)
        {
            Assert.Equal(Watched, list.Revision);
            Assert.True(list.Objects.Count == _objects.Count && list.Objects.All(o => _objects.TryGetValue(o.Key, out var revision) && revision == o.Value), $"The list at {list.Revision} is not what the events make.");
            _lists.Dequeue();
        }
    }
}
