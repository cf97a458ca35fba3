using ActorKube.NodeAgent.Execution;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Pods.Status;
using Akka.Actor;

namespace ActorKube.NodeAgent.Actors;

/// <summary>What all pods of a node share.</summary>
/// <param name="Executor">Carries out actions.</param>
/// <param name="Time">The clock.</param>
/// <param name="Facts">The node as statuses show it; may change.</param>
/// <param name="Status">Writes statuses.</param>
/// <param name="Events">Records events.</param>
/// <param name="Board">Shows pods to readers.</param>
internal sealed record PodShell(PodExecutor Executor, TimeProvider Time, Func<NodeFacts> Facts, IActorRef Status, IEventSink Events, PodBoard Board);
