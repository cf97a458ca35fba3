using ActorKube.Api.Objects;

namespace ActorKube.Protocol.Store;

/// <summary>What became of a write.</summary>
/// <param name="Outcome">Whether it was committed and if not, why.</param>
/// <param name="Object">Committed create or replace: the object as stored. Committed removal: its last state at the removal's revision. Refused: the current object, if there is one. Every one of them is durable.</param>
/// <param name="Revision">Revision of the write, or of the resource when it was refused; local reads are at least this recent when the answer arrives.</param>
public readonly record struct WriteResult(WriteOutcome Outcome, StoredObject? Object, long Revision)
{
    /// <summary>True when the write is durable.</summary>
    public bool Committed => Outcome == WriteOutcome.Committed;
}

/// <summary>Outcomes of a write.</summary>
public enum WriteOutcome
{
    /// <summary>Durable; of a tenure, begun.</summary>
    Committed,
    /// <summary>The key is taken.</summary>
    AlreadyExists,
    /// <summary>There is no such object.</summary>
    NotFound,
    /// <summary>The object has another revision than expected.</summary>
    RevisionMismatch,
    /// <summary>The object has another uid than expected.</summary>
    UidMismatch,
    /// <summary>A newer holder of the fence has written, or the tenure does not hold.</summary>
    Fenced,
    /// <summary>Too little space or too much load; nothing happened, retry later. Removals are never refused for this.</summary>
    Refused,
}
