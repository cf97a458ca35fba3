using Akka.Actor;

namespace ActorKube.NodeAgent.Actors;

/// <summary>
/// Makes actors by calling their constructor. <see cref="Props.Create{TActor}(System.Linq.Expressions.Expression{Func{TActor}}, SupervisorStrategy)"/> compiles each argument
/// of its expression instead, every time: a process may start hundreds of agents at once, and an agent thousands of pods.
/// </summary>
internal sealed class Producer<TActor>(Func<TActor> create) : IIndirectActorProducer
    where TActor : ActorBase
{
    /// <inheritdoc/>
    public Type ActorType => typeof(TActor);

    /// <summary>Actors that are made so.</summary>
    public static Props Props(Func<TActor> create) => Akka.Actor.Props.CreateBy(new Producer<TActor>(create));

    /// <inheritdoc/>
    public ActorBase Produce() => create();

    /// <inheritdoc/>
    public void Release(ActorBase actor)
    {
        // Nothing but memory belongs to an actor after PostStop.
    }
}
