namespace ActorKube.Store.Journal;

/// <summary>One entry of an SQLite journal, as bytes.</summary>
/// <param name="PersistenceId">Whose entry it is.</param>
/// <param name="SequenceNr">Its number; unique with the persistence id.</param>
/// <param name="Message">The entry.</param>
/// <param name="Manifest">What the bytes mean to their serializer.</param>
/// <param name="Serializer">Identifier of the serializer.</param>
/// <param name="Writer">Incarnation of the actor that wrote it.</param>
/// <param name="Created">When, in ticks of UTC.</param>
internal readonly record struct JournalRow(
    string PersistenceId, long SequenceNr, byte[] Message, string Manifest, int Serializer, string Writer, long Created);
