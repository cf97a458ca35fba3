namespace ActorKube.Api.Schema;

/// <summary>How server-side apply merges a list (<c>x-kubernetes-list-type</c>). The numbers stand in the embedded schema image.</summary>
public enum ListType : byte
{
    /// <summary>The whole list has one owner; also the meaning of a list about which nothing is said.</summary>
    Atomic = 0,
    /// <summary>Scalars, each at most once, each with its own owner.</summary>
    Set = 1,
    /// <summary>Objects identified by the list's map keys.</summary>
    Map = 2,
    /// <summary>Nothing is said: merged as <see cref="Atomic"/>, published without a list type.</summary>
    Unspecified = 3,
}
