using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ActorKube.Store.Journal;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Microsoft.Data.Sqlite;

namespace ActorKube.Store.Actors;

/// <summary>
/// The journal of an embedded store. Turns entries into bytes on its own thread and hands them to the <see cref="JournalWriter"/>; an entry that cannot be serialized is
/// rejected, anything else that goes wrong is a failure whose outcome is unknown. Replays read on connections of their own and never wait for writers.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor releases what it owns in PostStop.")]
internal sealed class SqliteJournal(Config config) : AsyncWriteJournal
{
    public const string ConfigPath = "akka.persistence.journal.actorkube-sqlite";

    private readonly SqliteFiles _files = new(config.GetString("directory"));
    private readonly Akka.Serialization.Serialization _serialization = Context.System.Serialization;
    private readonly TimeProvider _time = Context.System.Settings.Setup.Get<JournalClock>() is { HasValue: true, Value: var clock } ? clock.Time : TimeProvider.System;
    private JournalWriter? _writer;

    protected override void PreStart()
    {
        base.PreStart();
        _writer = new JournalWriter(_files.OpenJournal());
    }

    protected override void PostStop()
    {
        // Blocks for the writes on their way; nothing else is left to be done here, and whoever stops the system may delete the files next.
        _writer?.Dispose();
        base.PostStop();
    }

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var batch = Akka.Serialization.Serialization.WithTransport((ExtendedActorSystem)_serialization.System, () => Serialize(messages));
        if (batch.Rows.Count > 0)
            await _writer!.WriteAsync(batch.Rows).ConfigureAwait(false);
        return batch.Rejections;
    }

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        _writer!.HighestAsync(persistenceId);

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        _writer!.DeleteAsync(persistenceId, toSequenceNr);

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback) =>
        Task.Run(() => Replay(persistenceId, fromSequenceNr, toSequenceNr, max, recoveryCallback));

    private Batch Serialize(IEnumerable<AtomicWrite> writes)
    {
        var now = _time.GetUtcNow().UtcTicks;
        var rows = new List<JournalRow>();
        var rejections = ImmutableList.CreateBuilder<Exception>();
        var rejected = false;
        foreach (var write in writes)
        {
            var before = rows.Count;
            try
            {
                foreach (var entry in (IImmutableList<IPersistentRepresentation>)write.Payload)
                    rows.Add(Serialize(entry, now));
                // Akka's way to say that a write was accepted.
                rejections.Add(null!);
            }
            catch (Exception cause)
            {
                rows.RemoveRange(before, rows.Count - before);
                rejections.Add(cause);
                rejected = true;
            }
        }
        return new Batch(rows, rejected ? rejections.ToImmutable() : null!);
    }

    private JournalRow Serialize(IPersistentRepresentation entry, long now)
    {
        var serializer = _serialization.FindSerializerFor(entry.Payload);
        var manifest = Akka.Serialization.Serialization.ManifestFor(serializer, entry.Payload);
        return new JournalRow(entry.PersistenceId, entry.SequenceNr, serializer.ToBinary(entry.Payload), manifest, serializer.Identifier, entry.WriterGuid ?? "", now);
    }

    private void Replay(string persistenceId, long from, long to, long max, Action<IPersistentRepresentation> callback)
    {
        using var connection = _files.OpenJournal();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT sequence_number, message, manifest, identifier, writer_uuid, created FROM journal
            WHERE persistence_id = $id AND deleted = 0 AND sequence_number BETWEEN $from AND $to ORDER BY sequence_number LIMIT $max
            """;
        command.Parameters.AddWithValue("$id", persistenceId);
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        command.Parameters.AddWithValue("$max", max);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            callback(Entry(reader, persistenceId));
    }

    private Persistent Entry(SqliteDataReader reader, string persistenceId)
    {
        var manifest = reader.IsDBNull(2) ? "" : reader.GetString(2);
        var payload = _serialization.Deserialize(reader.GetFieldValue<byte[]>(1), reader.GetInt32(3), manifest);
        var writer = reader.IsDBNull(4) ? "" : reader.GetString(4);
        return new Persistent(payload, reader.GetInt64(0), persistenceId, manifest, isDeleted: false, ActorRefs.NoSender, writer, reader.GetInt64(5));
    }

    /// <summary>What is to be written, and per atomic write why it is not; null when everything is.</summary>
    private readonly record struct Batch(List<JournalRow> Rows, IImmutableList<Exception> Rejections);
}
