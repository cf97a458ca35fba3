using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Volumes.Attaching;

/// <summary>
/// What cannot be read off objects. It is forgotten with the controller, as upstream: waits then start anew, and what was said is said once more.
/// </summary>
internal sealed class AttachMemory
{
    // Long enough for a write to be made and to be seen; a node whose write failed does not keep the others waiting for longer.
    private static readonly TimeSpan AskedFor = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, NodeMemory> _nodes = [];
    private readonly Dictionary<string, (string Node, TimeSpan At)> _asked = [];

    /// <summary>What is remembered of a node.</summary>
    public NodeMemory Of(string node)
    {
        if (!_nodes.TryGetValue(node, out var known))
            _nodes.Add(node, known = new NodeMemory());
        return known;
    }

    /// <summary>Nothing is attached to a node, and nothing is to be.</summary>
    public void Forget(string node) => _nodes.Remove(node);

    /// <summary>A node asks for a volume that only one node can have. Until the attachment is seen others do not ask for it.</summary>
    public void Ask(string volume, string node, Present now)
    {
        foreach (var (other, asked) in _asked)
            if (now.Uptime - asked.At >= AskedFor)
                _asked.Remove(other);
        _asked[volume] = (node, now.Uptime);
    }

    /// <summary>A node is decided about anew, with caches that show what it asked for.</summary>
    public void Seen(string node)
    {
        foreach (var (volume, asked) in _asked)
            if (asked.Node == node)
                _asked.Remove(volume);
    }

    /// <summary>Whether another node has just asked for a volume.</summary>
    public bool IsAskedForElsewhere(string volume, string node, Present now) =>
        _asked.TryGetValue(volume, out var asked) && asked.Node != node && now.Uptime - asked.At < AskedFor;
}

/// <summary>What is remembered of one node; attachments are known by their names.</summary>
internal sealed class NodeMemory
{
    /// <summary>When attachments were first seen not to be needed.</summary>
    public Dictionary<string, TimeSpan> UnneededSince { get; } = [];

    /// <summary>Attachments of which pods have been told that the volume is at another node.</summary>
    public HashSet<string> TakenElsewhere { get; } = [];

    /// <summary>Attachments of which pods have been told that they are there, be it that the node could not be told yet.</summary>
    public HashSet<string> There { get; } = [];

    /// <summary>What pods have been told last about attachments that did not come about: their revision then, and when it was.</summary>
    public Dictionary<string, (long Revision, TimeSpan At)> Failed { get; } = [];

    /// <summary>What the node used when it was deleted; null for a node that is there, and for one that was gone before anybody looked.</summary>
    public IReadOnlySet<string>? UsedLast { get; set; }

    /// <summary>Forgets what is neither attached nor needed any more.</summary>
    public void Keep(Func<string, bool> attached, Func<string, bool> needed)
    {
        foreach (var name in UnneededSince.Keys)
            if (!attached(name))
                UnneededSince.Remove(name);
        foreach (var name in Failed.Keys)
            if (!needed(name))
                Failed.Remove(name);
        TakenElsewhere.RemoveWhere(n => !needed(n));
        There.RemoveWhere(n => !attached(n));
    }
}
