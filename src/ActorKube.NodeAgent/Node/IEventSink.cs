using ActorKube.Api.Names;
using ActorKube.NodeAgent.Pods;

namespace ActorKube.NodeAgent.Node;

/// <summary>The object an event is about.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Key">Namespace and name.</param>
/// <param name="Uid">Its uid.</param>
internal readonly record struct EventTarget(string Kind, ObjectKey Key, string Uid);

/// <summary>Takes events; never waits and never fails.</summary>
internal interface IEventSink
{
    /// <summary>Records an event.</summary>
    void Record(EventTarget target, PodEvent podEvent);
}
