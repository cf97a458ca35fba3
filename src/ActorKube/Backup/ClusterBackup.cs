using ActorKube.ApiServer.Http;
using ActorKube.CommandLine;
using ActorKube.Data;
using ActorKube.Store.Hosting;

namespace ActorKube.Backup;

/// <summary>Makes and restores backups of a cluster: its state and its keys, so that what is restored is the same cluster.</summary>
/// <param name="time">Clock for what is noted in backups and journals.</param>
/// <param name="progress">Told what is being done, a line at a time.</param>
internal sealed class ClusterBackup(TimeProvider time, Action<string> progress)
{
    private const string Pki = "pki";
    private const string Journal = "journal";

    /// <summary>Backs up a cluster, which may be running, into a new file.</summary>
    /// <exception cref="UserError">Something that the user can mend; there is no file then.</exception>
    public void Make(string directory, JournalChoice journal, string file)
    {
        var source = DataDirectory.Look(directory);
        var target = FullPath(file);
        if (Path.Exists(target))
            throw new UserError($"{target} exists already; name a new file.");
        if (!Directory.Exists(Path.GetDirectoryName(target)))
            throw new UserError($"There is no directory {Path.GetDirectoryName(target)}; make it first.");
        Guard($"The backup {target} cannot be made", () =>
        {
            using var staging = StagingDirectory.Beside(target);
            var begun = time.GetUtcNow();
            progress($"Copying keys and journal of {source}");
            CopyKeys(Path.Combine(source, Pki), staging.Under(Pki));
            StoreBackup.Copy(journal, staging.Under(Journal));
            var names = Files(staging);
            progress($"Packing {Size(names.Sum(n => new FileInfo(staging.Under(n)).Length))}");
            BackupArchive.Write(staging.Path, names, staging.Under("archive"), begun, ServedVersion.GitVersion);
            File.Move(staging.Under("archive"), target, overwrite: false);
            progress($"Wrote {target} ({Size(new FileInfo(target).Length)}). It holds the cluster's keys: whoever reads it owns the cluster.");
        });
    }

    /// <summary>Restores a backup into a new data directory.</summary>
    /// <returns>Number of resources.</returns>
    /// <exception cref="UserError">Something that the user can mend; nothing has been changed then.</exception>
    public int Restore(string file, string directory, Func<string, JournalChoice> journal, bool isEmbedded, long raise)
    {
        var archive = FullPath(file);
        var target = Path.TrimEndingDirectorySeparator(DataDirectory.Reach(directory));
        if (!File.Exists(archive))
            throw new UserError($"There is no file {archive}.");
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new UserError($"{target} exists already and is not empty; name another directory with --data.");
        var restored = 0;
        Guard($"The backup {archive} cannot be restored", () =>
        {
            // The folders on the way to the target go with it when nothing comes of it.
            using var way = new MadeDirectories(Path.GetDirectoryName(target)!);
            using var staging = StagingDirectory.Beside(target);
            progress($"Checking {archive}");
            var manifest = BackupArchive.Extract(archive, staging.Under("unpacked"));
            progress($"It was made on {manifest.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC by actorkube {manifest.MadeBy}");
            Directory.CreateDirectory(staging.Under("data"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.Move(staging.Under($"unpacked/{Pki}"), staging.Under($"data/{Pki}"));
            DataDirectory.WriteFormat(staging.Under("data"));
            progress($"Restoring {Size(manifest.Files.Where(f => f.Name.StartsWith(Journal, StringComparison.Ordinal)).Sum(f => f.Size))} of journal");
            restored = StoreBackup.Restore(staging.Under($"unpacked/{Journal}"), journal(staging.Under($"data/{Journal}")), time, raise);
            Place(staging.Under("data"), target, isEmbedded);
        });
        return restored;
    }

    private static void Place(string data, string target, bool isEmbedded)
    {
        try
        {
            // An empty directory may have been there; a rename does not take its place.
            if (Directory.Exists(target))
                Directory.Delete(target, recursive: false);
            Directory.Move(data, target);
        }
        catch (IOException failure) when (!isEmbedded)
        {
            throw new IOException($"{failure.Message.TrimEnd('.')}; the database has been filled already: empty it before you try again", failure);
        }
    }

    private static void CopyKeys(string from, string to)
    {
        Directory.CreateDirectory(to, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        // Files that are being written have names of their own until they are whole.
        foreach (var file in Directory.EnumerateFiles(from).Where(f => !f.EndsWith(".new", StringComparison.Ordinal)))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private static string[] Files(StagingDirectory staging) =>
    [
        .. Directory.EnumerateFiles(staging.Under(Pki)).Select(f => $"{Pki}/{Path.GetFileName(f)}").Order(StringComparer.Ordinal),
        .. Directory.EnumerateFiles(staging.Under(Journal), "*.db").Select(f => $"{Journal}/{Path.GetFileName(f)}").Order(StringComparer.Ordinal),
    ];

    private static string FullPath(string file) => string.IsNullOrWhiteSpace(file) ? throw new UserError("FILE has to name a file.") : Path.GetFullPath(file);

    private static void Guard(string what, Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException or System.Data.Common.DbException)
        {
            throw new UserError($"{what}: {failure.Message.ReplaceLineEndings(" ").TrimEnd('.')}.");
        }
    }

    private static string Size(long bytes) => bytes < 1 << 20 ? $"{Math.Max(1, bytes >> 10)} KiB" : $"{bytes / (double)(1 << 20):0.0} MiB";
}
