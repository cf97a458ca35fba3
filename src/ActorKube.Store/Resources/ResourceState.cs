using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Protocol.Store;
using ActorKube.Store.Objects;
using ActorKube.Store.Watching;

namespace ActorKube.Store.Resources;

/// <summary>Everything a resource knows at one revision. Immutable; changed only by applying events.</summary>
/// <param name="Objects">The objects.</param>
/// <param name="Fences">Highest epoch seen under each name.</param>
/// <param name="Expiries">Objects that go by themselves, with the time and the revision it was set at.</param>
internal sealed record ResourceState(ObjectTree Objects, ImmutableDictionary<string, long> Fences, ImmutableDictionary<ObjectKey, Expiry> Expiries)
{
    public static readonly ResourceState Empty = new(ObjectTree.Empty, ImmutableDictionary<string, long>.Empty, ImmutableDictionary<ObjectKey, Expiry>.Empty);

    /// <summary>The state after one more event; <paramref name="change"/> is what watchers will be shown, null when nothing is to be seen.</summary>
    public ResourceState Apply(ResourceEvent @event, long revision, out HistoryEvent? change)
    {
        switch (@event)
        {
            case ObjectStored stored:
            {
                var objects = Objects.Set(stored.Item, out var previous);
                change = new HistoryEvent(revision, previous, stored.Item, stored.At);
                var expiries = stored.ExpiresAt is { } at ? Expiries.SetItem(stored.Item.Key, new Expiry(at, revision))
                    : Expiries.IsEmpty ? Expiries : Expiries.Remove(stored.Item.Key);
                return new ResourceState(objects, Raise(stored.Fence), expiries);
            }
            case ObjectRemoved removed:
            {
                var objects = Objects.Remove(removed.Key, out var previous);
                change = previous is null ? null : new HistoryEvent(revision, previous, null, removed.At);
                return new ResourceState(objects, Raise(removed.Fence), Expiries.IsEmpty ? Expiries : Expiries.Remove(removed.Key));
            }
            case ResourceCreated or RevisionsRaised:
                change = null;
                return this;
            default:
                throw new InvalidOperationException($"Unknown resource event {@event.GetType().Name}.");
        }
    }

    private ImmutableDictionary<string, long> Raise(Fence? fence) => fence is null ? Fences : Fences.SetItem(fence.Name, fence.Epoch);
}

/// <summary>When an object goes by itself.</summary>
/// <param name="At">The time.</param>
/// <param name="Revision">Revision of the object this was said about; a later write has its own say.</param>
internal readonly record struct Expiry(DateTimeOffset At, long Revision);
