namespace ActorKube.Scheduler.Indices;

/// <summary>The nodes that have an image under one name.</summary>
internal sealed class ImageState
{
    private readonly HashSet<string> _nodes = [];

    /// <summary>Size as reported last.</summary>
    public long Bytes { get; internal set; }

    /// <summary>Number of nodes that have it.</summary>
    public int NodeCount => _nodes.Count;

    /// <summary>Whether a node has it.</summary>
    public bool IsOn(string node) => _nodes.Contains(node);

    internal void Add(string node) => _nodes.Add(node);

    internal void Remove(string node) => _nodes.Remove(node);
}

/// <summary>Which images are on which nodes.</summary>
internal sealed class ImageIndex
{
    private readonly Dictionary<string, ImageState> _images = [];

    /// <summary>The image under a name if some node has it.</summary>
    public ImageState? Find(string name) => _images.GetValueOrDefault(name);

    /// <summary>Takes over what a node reports.</summary>
    public void Update(string node, NodeImage[] before, NodeImage[] now)
    {
        if (Same(before, now))
            return;
        foreach (var image in before)
        {
            if (!_images.TryGetValue(image.Name, out var state))
                continue;
            state.Remove(node);
            if (state.NodeCount == 0)
                _images.Remove(image.Name);
        }
        foreach (var image in now)
        {
            if (!_images.TryGetValue(image.Name, out var state))
                _images.Add(image.Name, state = new ImageState());
            state.Bytes = image.Bytes;
            state.Add(node);
        }
    }

    private static bool Same(NodeImage[] before, NodeImage[] now) => before.AsSpan().SequenceEqual(now);
}
