using ActorKube.Api.Names;
using ActorKube.Machinery.Informers;

namespace ActorKube.Controllers.Shell;

/// <summary>Why keys are in line: the first change that each has heard of since its last decision and that this decision did not know.</summary>
internal sealed class Triggers
{
    // A key that hears of more while it is worked on is looked at.
    private const int MostHeard = 32;

    private readonly Dictionary<ObjectKey, Cause> _causes = [];
    private readonly Dictionary<ObjectKey, List<ObjectChanged>> _heard = [];

    /// <summary>A change that was not known.</summary>
    public void Add(ObjectKey key, ObjectChanged change)
    {
        if (!_causes.ContainsKey(key))
            _causes.Add(key, CauseOf(change));
    }

    /// <summary>A change that a key hears of while it is worked on: whether its decision knows it turns out at the end.</summary>
    public void Hear(ObjectKey key, ObjectChanged change)
    {
        if (_causes.ContainsKey(key))
            return;
        if (!_heard.TryGetValue(key, out var heard))
            _heard.Add(key, heard = []);
        heard.Add(change);
        if (heard.Count <= MostHeard)
            return;
        _heard.Remove(key);
        Add(key, heard[0]);
    }

    /// <summary>The work on a key has ended, and what its decision knew is known.</summary>
    /// <returns>True when it heard of something meanwhile and knew all of it.</returns>
    public bool Settle(ObjectKey key, KnownChanges known)
    {
        if (!_heard.Remove(key, out var heard))
            return false;
        foreach (var change in heard)
            if (!known.Has(key, new Change(change.Resource, change.Revision)))
            {
                Add(key, change);
                return false;
            }
        return true;
    }

    /// <summary>Takes a key's cause, because it is decided about; null when none is known: its time has come, or it is the start.</summary>
    public Cause? Take(ObjectKey key)
    {
        _causes.Remove(key, out var cause);
        return cause;
    }

    private static Cause CauseOf(ObjectChanged change) => new(change.Resource.Resource.ToString(), change.Latest.Key, change.Revision);
}
