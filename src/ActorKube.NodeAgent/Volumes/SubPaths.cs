using System.Globalization;
using ActorKube.NodeAgent.Setup;

namespace ActorKube.NodeAgent.Volumes;

/// <summary>
/// Parts of volumes as mounts. A container may have put symbolic links into the volume that lead out of it, and may exchange a directory for such a link at any
/// moment. So the path is walked one name at a time without following links, and what was opened, not its name, is what gets mounted.
/// </summary>
internal static class SubPaths
{
    /// <summary>The path on the node to mount.</summary>
    /// <param name="volume">Directory of the volume.</param>
    /// <param name="subPath">Relative path in it; missing directories are made.</param>
    /// <param name="mountPoint">Where what was opened is bound, when mounts are allowed.</param>
    /// <exception cref="SetupException">The path leads out of the volume.</exception>
    public static string Resolve(string volume, string subPath, string mountPoint)
    {
        if (Path.IsPathRooted(subPath) || subPath.Split('/').Contains(".."))
            throw SetupException.Config($"invalid subPath \"{subPath}\": must be a relative path without '..'");
        var root = Real(volume);
        var real = RealOrMade(root, subPath);
        using var opened = Walk(root, real, subPath);
        return LinuxFiles.IsRoot ? Bind(opened, mountPoint) : real;
    }

    private static string RealOrMade(string root, string subPath)
    {
        var at = root;
        foreach (var part in subPath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(at, part);
            if (!Path.Exists(next) && new FileInfo(next).LinkTarget is null)
            {
                using var parent = Walk(root, at, subPath);
                var made = $"/proc/self/fd/{parent.Value}/{part}";
                Directory.CreateDirectory(made);
                // As open as the volume itself, or the container's user could not write there.
                File.SetUnixFileMode(made, File.GetUnixFileMode(root));
            }
            at = Real(next);
            RequireInside(root, at, subPath);
        }
        return at;
    }

    // Opens a path below root name by name; a link among the names was put there after the path was resolved.
    private static LinuxFiles.SafeDescriptor Walk(string root, string path, string subPath)
    {
        var current = LinuxFiles.Open(null, root);
        foreach (var part in Path.GetRelativePath(root, path).Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != "."))
        {
            var next = LinuxFiles.Open(current, part);
            current.Dispose();
            current = next;
            if (LinuxFiles.KindOf(current) != FileKind.Link)
                continue;
            current.Dispose();
            throw SetupException.Config($"failed to prepare subPath \"{subPath}\": {part} is a symbolic link");
        }
        return current;
    }

    private static string Bind(LinuxFiles.SafeDescriptor opened, string mountPoint)
    {
        if (Path.Exists(mountPoint) && LinuxFiles.MountsBelow(mountPoint).Count > 0)
            LinuxFiles.Unmount(mountPoint);
        if (LinuxFiles.KindOf(opened) == FileKind.Directory)
        {
            Directory.CreateDirectory(mountPoint);
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(mountPoint)!);
            File.Create(mountPoint).Dispose();
        }
        LinuxFiles.BindDescriptor(opened.Value, mountPoint);
        return mountPoint;
    }

    private static string Real(string path)
    {
        const int MostLinks = 40;
        var resolved = Path.GetFullPath(path);
        for (var i = 0; i < MostLinks; i++)
        {
            var next = Once(resolved);
            if (next == resolved)
                return resolved;
            resolved = next;
        }
        throw SetupException.Config(string.Create(CultureInfo.InvariantCulture, $"failed to prepare subPath: more than {MostLinks} symbolic links in {path}"));
    }

    // Replaces the first link among the names of a path by what it points to.
    private static string Once(string path)
    {
        var at = "/";
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var next = Path.Combine(at, parts[i]);
            if (new FileInfo(next).LinkTarget is { } target)
                return Path.GetFullPath(Path.Combine([at, target, .. parts[(i + 1)..]]));
            at = next;
        }
        return at;
    }

    private static void RequireInside(string root, string path, string subPath)
    {
        if (path != root && !path.StartsWith(root.TrimEnd('/') + "/", StringComparison.Ordinal))
            throw SetupException.Config($"failed to prepare subPath \"{subPath}\": it leads out of the volume");
    }
}
