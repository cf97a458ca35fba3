using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Resources;

namespace ActorKube.Testing.Simulation.Storage;

/// <summary>One entry of a resource's journal.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Revision">Its number there.</param>
/// <param name="Event">What happened.</param>
internal sealed record JournalEntry(ResourceId Resource, long Revision, ResourceEvent Event)
{
    /// <summary>Plural of the resource.</summary>
    public string Plural => Resource.Resource.Plural;

    /// <summary>The object that came into being; null for everything else.</summary>
    public StoredObject? Added => Event is ObjectStored { Added: true } stored ? stored.Item : null;

    /// <summary>The object that came into being or changed; null for everything else.</summary>
    public StoredObject? Stored => (Event as ObjectStored)?.Item;

    /// <summary>The object that ceased to be; null for everything else.</summary>
    public ObjectKey? Removed => (Event as ObjectRemoved)?.Key;

    /// <summary>The whole entry as a line of text, for comparing runs.</summary>
    public string Line => $"{Event.At:O} {Resource} {Revision} " + Event switch
    {
        ObjectStored stored => $"{(stored.Added ? "added" : "changed")} {Encoding.UTF8.GetString(stored.Item.Json.Span)}",
        ObjectRemoved removed => $"removed {removed.Key} {removed.Uid}",
        _ => Event.GetType().Name,
    };
}
