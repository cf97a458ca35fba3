using System.Globalization;
using ActorKube.CommandLine;

namespace ActorKube.Data;

/// <summary>
/// Where a process keeps what survives it: journal, keys, kubeconfig. Held by one process at a time; written only by programs that know its format.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>The format this program writes. Raise it when an older program could no longer read what is written.</summary>
    public const int Format = 1;

    /// <summary>Name of the folder of certificates and keys.</summary>
    public const string PkiName = "pki";

    private const string LockName = "lock";
    private const string FormatName = "format";

    private readonly FileStream _lock;
    private readonly MadeDirectories? _made;

    // made: what was made for it; null when a cluster's or node's data were there already.
    private DataDirectory(string path, FileStream held, MadeDirectories? made)
    {
        Path = path;
        _lock = held;
        _made = made;
    }

    /// <summary>Absolute path.</summary>
    public string Path { get; }

    /// <summary>Certificates and keys.</summary>
    public string Pki => Under(PkiName);

    /// <summary>Directory of the embedded journal.</summary>
    public string Journal => JournalOf(Path);

    /// <summary>The administrator's kubeconfig.</summary>
    public string Kubeconfig => Under("kubeconfig");

    /// <summary>The directory used when none is named.</summary>
    public static string Default =>
        System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "actorkube");

    /// <summary>Opens or creates a directory and holds it.</summary>
    /// <exception cref="UserError">It cannot be used; nothing has been changed.</exception>
    public static DataDirectory Open(string path)
    {
        var full = FullPath(path);
        try
        {
            CheckFormat(full);
            var isNew = !File.Exists(System.IO.Path.Combine(full, FormatName));
            var made = new MadeDirectories(full);
            try
            {
                return Hold(full, isNew ? made : null);
            }
            catch
            {
                made.Dispose();
                throw;
            }
        }
        catch (UnauthorizedAccessException)
        {
            throw new UserError($"The data directory {full} is not accessible to this user; name another one with --data.");
        }
        catch (IOException failure)
        {
            throw new UserError($"The data directory {full} cannot be used: {failure.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>Looks at the data directory of a cluster, running or not, without holding or changing it.</summary>
    /// <returns>Its absolute path.</returns>
    /// <exception cref="UserError">It is none, or cannot be read.</exception>
    public static string Look(string path)
    {
        var full = Reach(path);
        CheckFormat(full);
        if (!File.Exists(System.IO.Path.Combine(full, FormatName)) || !Directory.Exists(System.IO.Path.Combine(full, PkiName)))
            throw new UserError($"There is no cluster in {full}; name its data directory with --data.");
        return full;
    }

    /// <summary>The absolute path of a directory that this user may look into, or that is not there.</summary>
    /// <exception cref="UserError">He may not: what is in it would seem not to be there.</exception>
    public static string Reach(string path)
    {
        var full = FullPath(path);
        try
        {
            _ = Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any();
            return full;
        }
        catch (UnauthorizedAccessException)
        {
            throw new UserError($"The data directory {full} is not accessible to this user.");
        }
    }

    /// <summary>The absolute path of what <c>--data</c> names.</summary>
    /// <exception cref="UserError">It names nothing.</exception>
    public static string FullPath(string path) => string.IsNullOrWhiteSpace(path)
        ? throw new UserError("--data has to name a directory; leave it out for the default one.")
        : System.IO.Path.GetFullPath(path);

    /// <summary>Directory of the embedded journal of a data directory.</summary>
    /// <exception cref="UserError">The path names nothing.</exception>
    public static string JournalOf(string path) => System.IO.Path.Combine(FullPath(path), "journal");

    /// <summary>A file or folder in the directory.</summary>
    public string Under(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Lets go of it. What was made for something that never came about, a cluster whose port is taken or a node that was not let in, is gone again.</summary>
    public void Dispose()
    {
        if (_made is not null && IsUnused())
            Remove(_made);
        _lock.Dispose();
    }

    private static DataDirectory Hold(string full, MadeDirectories? made)
    {
        var directory = new DataDirectory(full, Lock(System.IO.Path.Combine(full, LockName)), made);
        try
        {
            WriteFormat(full);
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private static FileStream Lock(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException busy) when (File.Exists(file))
        {
            throw new UserError($"The data directory {System.IO.Path.GetDirectoryName(file)} is in use by another process ({busy.Message.TrimEnd('.')}); stop it or name another directory with --data.");
        }
    }

    private bool IsUnused() => Directory.EnumerateFiles(Path, "*", SearchOption.AllDirectories).All(f => f == Under(LockName) || f == Under(FormatName));

    private void Remove(MadeDirectories made)
    {
        File.Delete(Under(FormatName));
        File.Delete(Under(LockName));
        foreach (var empty in Directory.EnumerateDirectories(Path))
            Directory.Delete(empty, recursive: true);
        made.Dispose();
    }

    private static void CheckFormat(string directory)
    {
        var file = System.IO.Path.Combine(directory, FormatName);
        if (!File.Exists(file))
            return;
        var text = File.ReadAllText(file).Trim();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var format))
            throw new UserError($"{file} should hold a format number but holds '{text}'; restore it from a backup or name another directory with --data.");
        if (format > Format)
            throw new UserError($"The data directory {directory} has format {format}, which is newer than this program's {Format}; run the newer actorkube or name another directory with --data.");
    }

    /// <summary>Notes which format a directory has, where that has not been done yet.</summary>
    public static void WriteFormat(string directory)
    {
        var file = System.IO.Path.Combine(directory, FormatName);
        if (File.Exists(file))
            return;
        // On a full disk half of it would be worse than nothing.
        var temporary = file + ".new";
        try
        {
            File.WriteAllText(temporary, $"{Format}\n");
            File.Move(temporary, file, overwrite: true);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }
    }
}
