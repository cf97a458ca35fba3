using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;

namespace ActorKube.Protocol.Store;

/// <summary>A consistent cut of one resource. Immutable; holding it costs only the objects that changed since.</summary>
public interface IResourceSnapshot
{
    /// <summary>Revision of the cut: the resource version of lists read from it.</summary>
    long Revision { get; }

    /// <summary>Number of objects.</summary>
    int Count { get; }

    /// <summary>The object under a key, or null.</summary>
    StoredObject? Find(ObjectKey key);

    /// <summary>Objects in key order, of one namespace or (null) of all, after a key exclusively (null: from the start).</summary>
    IEnumerable<StoredObject> Range(string? ns, ObjectKey? after);

    /// <summary>Number of objects that <see cref="Range"/> would give, in logarithmic time.</summary>
    int CountRange(string? ns, ObjectKey? after);

    /// <summary>
    /// Objects of <see cref="Range"/> in key order, among them all that a selector matches, where they can be found in less time than by walking all of them; null where they cannot.
    /// </summary>
    IEnumerable<StoredObject>? Candidates(LabelSelector selector, string? ns, ObjectKey? after) => null;
}
