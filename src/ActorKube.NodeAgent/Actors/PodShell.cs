using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Execution;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Pods.Status;
using Akka.Actor;
using k8s.Models;

namespace ActorKube.NodeAgent.Actors;

/// <summary>What all pods of a node share.</summary>
/// <param name="Executor">Carries out actions.</param>
/// <param name="Time">Timers.</param>
/// <param name="Clock">The present.</param>
/// <param name="Facts">The node as statuses show it; may change.</param>
/// <param name="Status">Writes statuses.</param>
/// <param name="Events">Records events.</param>
/// <param name="Board">Shows pods to readers.</param>
/// <param name="Admit">Why the node does not take a pod; null when it does.</param>
internal sealed record PodShell(PodExecutor Executor, TimeProvider Time, ClockHistory Clock, Func<NodeFacts> Facts, IActorRef Status, IEventSink Events, PodBoard Board, Func<V1Pod, PodVerdict?> Admit);
