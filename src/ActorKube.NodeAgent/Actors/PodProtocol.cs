using ActorKube.Api.Objects;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Actors;

/// <summary>What a <see cref="PodActor"/> is told.</summary>
internal static class PodProtocol
{
    /// <summary>The API object is new or has changed.</summary>
    public sealed record Changed(StoredObject Object);

    /// <summary>The API object is gone.</summary>
    public sealed record Gone
    {
        public static readonly Gone Instance = new();
    }

    /// <summary>Something of the pod changed in the runtime.</summary>
    public sealed record RuntimeChanged(RuntimeEvent Event);

    /// <summary>An action has ended.</summary>
    public sealed record Done(ActionResult Result);

    /// <summary>The time has come that was waited for.</summary>
    public sealed record Wake
    {
        public static readonly Wake Instance = new();
    }

    /// <summary>The API server has accepted the deletion with grace 0, or the object was gone already.</summary>
    public sealed record ObjectDeleted
    {
        public static readonly ObjectDeleted Instance = new();
    }
}
