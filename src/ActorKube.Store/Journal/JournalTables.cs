namespace ActorKube.Store.Journal;

/// <summary>
/// Tables as the persistence plugins expect them. We create them ourselves for the sake of one constraint: (persistence id, sequence number) is unique, which is
/// what keeps a second incarnation of a resource's actor from committing.
/// </summary>
internal static class JournalTables
{
    public const string SqliteJournal =
        """
        CREATE TABLE IF NOT EXISTS journal (
          ordering INTEGER PRIMARY KEY AUTOINCREMENT,
          created INTEGER NOT NULL,
          deleted INTEGER NOT NULL,
          persistence_id TEXT NOT NULL,
          sequence_number INTEGER NOT NULL,
          message BLOB NOT NULL,
          tags TEXT NULL,
          manifest TEXT NULL,
          identifier INTEGER NULL,
          writer_uuid TEXT NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS journal_entry ON journal (persistence_id, sequence_number);
        """;

    public const string SqliteSnapshots =
        """
        CREATE TABLE IF NOT EXISTS snapshot (
          persistence_id TEXT NOT NULL,
          sequence_number INTEGER NOT NULL,
          created INTEGER NOT NULL,
          manifest TEXT NULL,
          snapshot BLOB NULL,
          serializer_id INTEGER NULL,
          PRIMARY KEY (persistence_id, sequence_number));
        """;

    public const string PostgreSql =
        """
        CREATE TABLE IF NOT EXISTS actorkube_format (version INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS actorkube_servers (
          address VARCHAR(255) PRIMARY KEY,
          cluster VARCHAR(255) NOT NULL,
          seen TIMESTAMPTZ NOT NULL);
        CREATE TABLE IF NOT EXISTS journal (
          ordering BIGSERIAL PRIMARY KEY,
          created BIGINT NOT NULL,
          deleted BOOLEAN NOT NULL,
          persistence_id VARCHAR(255) NOT NULL,
          sequence_number BIGINT NOT NULL,
          message BYTEA NOT NULL,
          tags VARCHAR(100) NULL,
          manifest VARCHAR(500) NULL,
          identifier INTEGER NULL,
          writer_uuid VARCHAR(128) NULL);
        CREATE UNIQUE INDEX IF NOT EXISTS journal_entry ON journal (persistence_id, sequence_number);
        CREATE TABLE IF NOT EXISTS snapshot (
          persistence_id VARCHAR(255) NOT NULL,
          sequence_number BIGINT NOT NULL,
          created BIGINT NOT NULL,
          manifest VARCHAR(500) NULL,
          snapshot BYTEA NULL,
          serializer_id INTEGER NULL,
          PRIMARY KEY (persistence_id, sequence_number));
        """;
}
