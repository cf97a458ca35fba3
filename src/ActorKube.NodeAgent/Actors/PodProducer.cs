using Akka.Actor;

namespace ActorKube.NodeAgent.Actors;

/// <summary>Makes pod actors without reflection: a node may start thousands at once.</summary>
internal sealed class PodProducer(Func<PodActor> create) : IIndirectActorProducer
{
    /// <inheritdoc/>
    public Type ActorType => typeof(PodActor);

    /// <inheritdoc/>
    public ActorBase Produce() => create();

    /// <inheritdoc/>
    public void Release(ActorBase actor)
    {
        // Nothing but memory belongs to a pod actor after PostStop.
    }
}
