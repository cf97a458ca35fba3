namespace ActorKube.Scheduler.Scheduling;

/// <summary>
/// Closes the door behind a former scheduler. Once a binding with our epoch is in the store, none of an older epoch can follow it; and once the watch has shown it to us,
/// we have seen every one that came before it. Until then we send one binding at a time.
/// </summary>
internal sealed class EpochProbe(bool needed)
{
    private bool _open = !needed;
    private string? _uid;
    private string? _node;

    /// <summary>Whether a binding may be sent now.</summary>
    public bool MayBind => _open || _uid is null;

    /// <summary>A binding is sent.</summary>
    public void Started(string uid, string node)
    {
        if (!_open)
            (_uid, _node) = (uid, node);
    }

    /// <summary>A pod is on a node.</summary>
    public void Seen(string uid, string node)
    {
        if (_open || uid != _uid)
            return;
        // On another node it was somebody else's binding.
        _open = node == _node;
        _uid = null;
    }

    /// <summary>The binding was refused or never seen, or its pod is gone: the next one has to tell.</summary>
    public void GiveUp(string uid)
    {
        if (uid == _uid)
            _uid = null;
    }
}
