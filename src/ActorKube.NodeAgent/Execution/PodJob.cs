using ActorKube.NodeAgent.Pods;
using k8s.Models;

namespace ActorKube.NodeAgent.Execution;

/// <summary>An action with what is needed to carry it out.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Pod">The API object; null for pods that have none any more (orphans), and where it is not needed.</param>
/// <param name="View">Its view.</param>
/// <param name="Seen">What the runtime showed when it was decided.</param>
/// <param name="Report">Receives events; may be called from any thread.</param>
internal sealed record PodJob(PodAction Action, V1Pod? Pod, PodView View, PodSeen Seen, Action<PodEvent> Report);
