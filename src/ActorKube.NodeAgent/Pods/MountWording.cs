namespace ActorKube.NodeAgent.Pods;

/// <summary>Upstream's sentence about a pod that waits for its volumes.</summary>
internal static class MountWording
{
    /// <summary>The sentence.</summary>
    /// <param name="unmounted">Volumes that are not in place.</param>
    /// <param name="unprocessed">Those of them of which it is not known yet what they are.</param>
    /// <param name="why">The cause.</param>
    public static string Waiting(IEnumerable<string> unmounted, IEnumerable<string> unprocessed, string why) =>
        $"Unable to attach or mount volumes: unmounted volumes=[{string.Join(' ', unmounted)}], unattached volumes=[], failed to process volumes=[{string.Join(' ', unprocessed)}]: {why}";
}
