using ActorKube.Store.Journal;

namespace ActorKube.Store.Hosting;

/// <summary>Copies an embedded store, running or not, and brings a copy back.</summary>
public static class StoreBackup
{
    /// <summary>
    /// By how much a restore raises revisions: more than any cluster writes between a backup and its restore, so that no client sees a revision twice
    /// (etcd's <c>--bump-revision</c> is commonly given the same number).
    /// </summary>
    public const long DefaultRaise = 1_000_000_000;

    /// <summary>Copies the store in a directory, which other processes may be writing to, into another, empty one. Each resource is copied at one revision.</summary>
    /// <exception cref="IOException">The target holds a store already, or the source holds none.</exception>
    public static void Copy(string directory, string target)
    {
        var (from, to) = (new SqliteFiles(directory), new SqliteFiles(target));
        RequireStore(from);
        RequireEmpty(to);
        Directory.CreateDirectory(target);
        // The journal first: a snapshot taken afterwards lies beyond the copied journal and stands for itself; the other way round, compaction between the two
        // copies could leave a gap between an old snapshot and the journal.
        SqliteFiles.CopyOnline(from.JournalFile, to.JournalFile);
        SqliteFiles.CopyOnline(from.SnapshotFile, to.SnapshotFile);
    }

    /// <summary>Puts a copy into an empty directory and raises all revisions.</summary>
    /// <param name="copy">What <see cref="Copy"/> made.</param>
    /// <param name="directory">Where a store is to be started.</param>
    /// <param name="time">Clock for the entries that mark the restore.</param>
    /// <param name="raise">By how much to raise.</param>
    /// <returns>Number of resources restored.</returns>
    /// <exception cref="IOException">The directory holds a store already, or the copy is none.</exception>
    /// <exception cref="JournalFormatException">The copy was made by a newer version; nothing has been changed.</exception>
    public static int Restore(string copy, string directory, TimeProvider time, long raise = DefaultRaise)
    {
        new SqliteFiles(copy).RequireReadable();
        Copy(copy, directory);
        var files = new SqliteFiles(directory);
        files.Prepare();
        return files.RaiseRevisions(raise, time.GetUtcNow(), Actors.JournalSerializer.Id);
    }

    private static void RequireStore(SqliteFiles files)
    {
        if (!File.Exists(files.JournalFile) || !File.Exists(files.SnapshotFile))
            throw new IOException($"There is no store in '{Path.GetDirectoryName(files.JournalFile)}'.");
    }

    private static void RequireEmpty(SqliteFiles files)
    {
        if (File.Exists(files.JournalFile) || File.Exists(files.SnapshotFile))
            throw new IOException($"There is a store in '{Path.GetDirectoryName(files.JournalFile)}' already.");
    }
}
