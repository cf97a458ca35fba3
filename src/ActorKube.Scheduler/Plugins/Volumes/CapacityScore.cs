using ActorKube.Scheduler.Framework;

namespace ActorKube.Scheduler.Plugins.Volumes;

/// <summary>How good a node is by how much of its storage a pod's volumes would take, each class of storage alike (upstream: <c>volumebinding/scorer.go</c>). Pure.</summary>
internal static class CapacityScore
{
    /// <summary>Scores a choice. Volumes that exist count alone when there are any; volumes to be made count where their driver tells what is free.</summary>
    public static long Of(NodeVolumes choice, UtilizationShape shape)
    {
        var classes = new Dictionary<string, (long Requested, long Capacity)>();
        foreach (var (claim, volume) in choice.Matched)
        {
            var known = classes.GetValueOrDefault(claim.Class);
            classes[claim.Class] = (known.Requested + claim.Requested.Value, known.Capacity + volume.Capacity.Value);
        }
        if (choice.Matched.Count == 0)
            foreach (var (claim, free) in choice.Provisioned)
                // All of a class are made of the same capacity.
                if (free is { } capacity)
                    classes[claim.Class] = (classes.GetValueOrDefault(claim.Class).Requested + claim.Requested.Value, capacity.Value);
        return classes.Count == 0 ? 0 : (long)Math.Round(classes.Values.Average(c => shape.At(c.Requested, c.Capacity)), MidpointRounding.AwayFromZero);
    }
}
