using System.Collections.Immutable;
using System.Globalization;
using ActorKube.NodeAgent.Setup;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>
/// Writes the files of a volume so that a container sees either all of the old ones or all of the new ones. The layout is upstream's: files live in a directory
/// named by the time, <c>..data</c> is a symbolic link to it that is replaced by a rename, and every name that users see is a link through <c>..data</c>.
/// </summary>
/// <param name="directory">The volume.</param>
/// <param name="time">Names new directories.</param>
internal sealed class AtomicWriter(string directory, TimeProvider time)
{
    private const string Data = "..data";
    private const string NewData = "..data_tmp";
    private const int LongestPath = 1024;

    /// <summary>Makes the volume contain exactly these files; does nothing when it does already.</summary>
    /// <param name="files">The files.</param>
    /// <param name="own">Gives a file or directory to its owner.</param>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="SetupException">A path leads out of the volume.</exception>
    public bool Write(ImmutableArray<VolumeFile> files, Action<string, long?> own)
    {
        foreach (var file in files)
            Check(file.Path);
        var wanted = Last(files);
        Directory.CreateDirectory(directory);
        var link = Path.Combine(directory, Data);
        var old = new FileInfo(link).LinkTarget is { } target ? Path.Combine(directory, target) : null;
        if (old is not null && IsSame(old, wanted) && wanted.Keys.Select(Top).All(t => new FileInfo(Path.Combine(directory, t)).LinkTarget is not null))
            return false;
        var fresh = MakeDirectory();
        foreach (var file in wanted.Values)
            WriteFile(fresh, file, own);
        own(fresh, null);
        var temporary = Path.Combine(directory, NewData);
        File.Delete(temporary);
        File.CreateSymbolicLink(temporary, Path.GetFileName(fresh));
        LinuxFiles.Rename(temporary, link);
        Links(wanted.Keys.Select(Top).ToHashSet());
        if (old is not null && Directory.Exists(old))
            Directory.Delete(old, recursive: true);
        return true;
    }

    private static void Check(string path)
    {
        var parts = path.Split('/');
        if (path.Length == 0 || path.Length > LongestPath || Path.IsPathRooted(path) || parts.Contains("..") || parts[0].StartsWith("..", StringComparison.Ordinal))
            throw SetupException.Config($"invalid path: must be relative, no longer than {LongestPath} characters, and neither contain nor start with '..': {path}");
    }

    // Of two sources for one path the later wins, as in a projected volume.
    private static Dictionary<string, VolumeFile> Last(ImmutableArray<VolumeFile> files)
    {
        var wanted = new Dictionary<string, VolumeFile>();
        foreach (var file in files)
            wanted[Path.TrimEndingDirectorySeparator(file.Path)] = file;
        return wanted;
    }

    private static bool IsSame(string current, Dictionary<string, VolumeFile> wanted)
    {
        if (!Directory.Exists(current))
            return false;
        var present = Directory.GetFiles(current, "*", SearchOption.AllDirectories);
        return present.Length == wanted.Count
            && present.All(p => wanted.TryGetValue(Path.GetRelativePath(current, p), out var file) && File.ReadAllBytes(p).AsSpan().SequenceEqual(file.Content.Span));
    }

    private string MakeDirectory()
    {
        var name = ".." + time.GetUtcNow().UtcDateTime.ToString("yyyy_MM_dd_HH_mm_ss", CultureInfo.InvariantCulture);
        for (var i = 0; ; i++)
        {
            var path = Path.Combine(directory, $"{name}.{i}");
            if (Directory.Exists(path))
                continue;
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
            return path;
        }
    }

    private static void WriteFile(string root, VolumeFile file, Action<string, long?> own)
    {
        var path = Path.Combine(root, file.Path);
        var parent = Path.GetDirectoryName(path)!;
        if (parent != root)
        {
            Directory.CreateDirectory(parent);
            own(parent, null);
        }
        File.WriteAllBytes(path, file.Content.ToArray());
        // Set afterwards: what a file is created with passes through the umask.
        File.SetUnixFileMode(path, (UnixFileMode)(file.Mode & 0b111_111_111));
        own(path, file.User);
    }

    private void Links(HashSet<string> tops)
    {
        foreach (var top in tops)
        {
            var link = Path.Combine(directory, top);
            if (new FileInfo(link).LinkTarget is null)
                File.CreateSymbolicLink(link, Path.Combine(Data, top));
        }
        foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
            if (!entry.Name.StartsWith("..", StringComparison.Ordinal) && entry.LinkTarget is not null && !tops.Contains(entry.Name))
                entry.Delete();
    }

    private static string Top(string path) => path.Split('/')[0];
}
