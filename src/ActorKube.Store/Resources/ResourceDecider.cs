using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.Store.Resources;

/// <summary>Decides writes: preconditions against the newest state, nothing else.</summary>
internal static class ResourceDecider
{
    /// <summary>What a write does to <paramref name="state"/> if its event gets the number <paramref name="revision"/>.</summary>
    /// <param name="state">The newest state, durable or not.</param>
    /// <param name="command">The write.</param>
    /// <param name="head">Metadata of the new content; null for removals.</param>
    /// <param name="revision">The number the event gets.</param>
    /// <param name="now">The time the event gets.</param>
    public static Decision Decide(ResourceState state, WriteCommand command, ObjectHead? head, long revision, DateTimeOffset now)
    {
        var current = state.Objects.Find(command.Key);
        if (command.Fence is { } fence && state.Fences.TryGetValue(fence.Name, out var epoch) && fence.Epoch < epoch)
            return new Decision(WriteOutcome.Fenced, current, null);
        return command switch
        {
            CreateObject create => current is null
                ? Store(create, create.Content, create.ExpiresAt, head, added: true, revision, now)
                : new Decision(WriteOutcome.AlreadyExists, current, null),
            ReplaceObject replace => Replace(replace, current, head, revision, now),
            RemoveObject remove => Remove(remove, current, now),
            _ => throw new InvalidOperationException($"Unknown write command {command.GetType().Name}."),
        };
    }

    private static Decision Replace(ReplaceObject replace, StoredObject? current, ObjectHead? head, long revision, DateTimeOffset now)
    {
        if (current is null)
            return new Decision(WriteOutcome.NotFound, null, null);
        if (current.Head.Uid != head!.Uid)
            return new Decision(WriteOutcome.UidMismatch, current, null);
        return current.Revision != replace.ExpectedRevision
            ? new Decision(WriteOutcome.RevisionMismatch, current, null)
            : Store(replace, replace.Content, replace.ExpiresAt, head, added: false, revision, now);
    }

    private static Decision Remove(RemoveObject remove, StoredObject? current, DateTimeOffset now)
    {
        if (current is null)
            return new Decision(WriteOutcome.NotFound, null, null);
        if (remove.ExpectedUid is { } uid && current.Head.Uid != uid)
            return new Decision(WriteOutcome.UidMismatch, current, null);
        if (remove.ExpectedRevision is { } expected && current.Revision != expected)
            return new Decision(WriteOutcome.RevisionMismatch, current, null);
        return new Decision(WriteOutcome.Committed, current, new ObjectRemoved(now, remove.Key, current.Head.Uid, remove.Fence));
    }

    private static Decision Store(
        WriteCommand command, EncodedTemplate content, DateTimeOffset? expiresAt, ObjectHead? head, bool added, long revision, DateTimeOffset now)
    {
        var item = new StoredObject(content.At(revision), head! with { Revision = revision });
        return new Decision(WriteOutcome.Committed, item, new ObjectStored(now, item, added, expiresAt, command.Fence));
    }
}

/// <summary>The fate of a write.</summary>
/// <param name="Outcome">Committed here means: once its event is durable.</param>
/// <param name="Object">The new object, or for refusals and removals the current one.</param>
/// <param name="Event">What to persist; null when the write is refused.</param>
internal readonly record struct Decision(WriteOutcome Outcome, StoredObject? Object, ResourceEvent? Event);
