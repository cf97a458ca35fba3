using ActorKube.Api.Objects;
using ActorKube.NodeAgent.Pods;
using k8s.Models;

namespace ActorKube.NodeAgent.Actors;

/// <summary>
/// What the actor of a pod begins with. It is taken out once: what makes an actor is held as long as the actor lives, and would hold the first version of every pod with it.
/// </summary>
/// <param name="item">The API object.</param>
/// <param name="pod">The same, read; null where that failed.</param>
/// <param name="adopted">What the runtime held of it when the agent started.</param>
/// <param name="refusal">Why the node has no room for it; null when it has.</param>
internal sealed class PodStart(StoredObject item, V1Pod? pod, PodSeen adopted, PodVerdict? refusal)
{
    private (StoredObject Item, V1Pod? Pod, PodSeen Adopted, PodVerdict? Refusal)? _content = (item, pod, adopted, refusal);

    /// <summary>All of it, once.</summary>
    public (StoredObject Item, V1Pod? Pod, PodSeen Adopted, PodVerdict? Refusal) Take()
    {
        var content = _content ?? throw new InvalidOperationException("The pod has begun already.");
        _content = null;
        return content;
    }
}
