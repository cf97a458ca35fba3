using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins;

/// <summary>
/// Prefers nodes that have the pod's images already. An image counts with its size times the share of nodes that have it, so that a pod does not follow a rare image
/// onto the one node that has it; under 23 MB nothing counts, 1,000 MB for each container is the most.
/// </summary>
internal sealed class ImageLocality(ClusterIndex index) : IPreScorePlugin, IScorePlugin
{
    private const long Least = 23 * 1024 * 1024;
    private const long MostPerContainer = 1000 * 1024 * 1024;

    public string Name => PluginNames.ImageLocality;

    public Status PreScore(CycleState state, PodInfo pod, ReadOnlySpan<NodeInfo> nodes)
    {
        List<ImageState>? known = null;
        foreach (var image in pod.Images)
            if (index.Images.Find(image) is { } found)
                (known ??= []).Add(found);
        // Every node would score 0.
        if (known is null)
            return Status.Skip;
        state.Write(PluginNames.ImageLocality, known);
        return Status.Success;
    }

    public long Score(CycleState state, PodInfo pod, NodeInfo node)
    {
        long sum = 0;
        foreach (var image in state.Read<List<ImageState>>(PluginNames.ImageLocality)!)
            if (image.IsOn(node.Name))
                sum += (long)(image.Bytes * ((double)image.NodeCount / index.NodeCount));
        var most = MostPerContainer * pod.Images.Length;
        return IScorePlugin.MaxScore * (Math.Clamp(sum, Least, most) - Least) / (most - Least);
    }
}
