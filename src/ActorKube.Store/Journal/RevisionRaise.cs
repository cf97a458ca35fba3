using ActorKube.Store.Resources;

namespace ActorKube.Store.Journal;

/// <summary>The entry that a restore adds to every resource, so that no client sees a revision twice.</summary>
/// <param name="By">How far above the last entry it stands.</param>
/// <param name="At">When the restore happens.</param>
/// <param name="Serializer">Identifier of the journal's serializer.</param>
internal sealed record RevisionRaise(long By, DateTimeOffset At, int Serializer)
{
    private readonly RevisionsRaised _entry = new(At);

    /// <summary>The time as the journal's tables hold it.</summary>
    public long CreatedTicks => At.UtcTicks;

    public byte[] Message => JournalFormat.Write(_entry);

    public string Manifest => JournalFormat.Manifest(_entry);
}
