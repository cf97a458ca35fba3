using ActorKube.Store.Journal;

namespace ActorKube.Store.Hosting;

/// <summary>Copies a store, running or not, and brings a copy back, also into another kind of journal than it came from.</summary>
public static class StoreBackup
{
    /// <summary>
    /// By how much a restore raises revisions: more than any cluster writes between a backup and its restore, so that no client sees a revision twice
    /// (etcd's <c>--bump-revision</c> is commonly given the same number).
    /// </summary>
    public const long DefaultRaise = 1_000_000_000;

    /// <summary>Copies a store, which other processes may be writing to, as it is at one moment into an empty directory: as the files of an embedded store, whatever it comes from.</summary>
    /// <exception cref="IOException">The target holds a store already, or the source holds none.</exception>
    /// <exception cref="JournalFormatException">The journal was written by a newer version.</exception>
    public static void Copy(JournalChoice journal, string target)
    {
        var files = new SqliteFiles(target);
        files.RequireAbsent();
        journal.CopyTo(files);
        files.Release();
    }

    /// <summary>Fills an empty journal from a copy and raises all revisions.</summary>
    /// <param name="copy">What <see cref="Copy"/> made.</param>
    /// <param name="journal">What a store is to be started on.</param>
    /// <param name="time">Clock for the entries that mark the restore.</param>
    /// <param name="raise">By how much to raise.</param>
    /// <returns>Number of resources restored.</returns>
    /// <exception cref="IOException">The journal is not empty, or the copy is none.</exception>
    /// <exception cref="JournalFormatException">The copy was made by a newer version; nothing has been changed.</exception>
    public static int Restore(string copy, JournalChoice journal, TimeProvider time, long raise = DefaultRaise)
    {
        var files = new SqliteFiles(copy);
        files.RequireStore();
        files.RequireReadable();
        var restored = journal.Fill(files, new RevisionRaise(raise, time.GetUtcNow(), Actors.JournalSerializer.Id));
        files.Release();
        return restored;
    }
}
