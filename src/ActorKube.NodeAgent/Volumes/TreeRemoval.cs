namespace ActorKube.NodeAgent.Volumes;

/// <summary>
/// Removes a directory with all that is in it; links are removed, never followed. What is there may belong to a container that is still at work and exchanges a directory for a link at any
/// moment: what was opened is looked into, never what a name means, so that nothing outside is removed.
/// </summary>
internal static class TreeRemoval
{
    // Every level holds a descriptor; who wrote the directory decides how deep it is.
    private const int Deepest = 512;

    /// <summary>Removes what has the path, if anything has.</summary>
    /// <exception cref="IOException">The kernel refuses, somebody writes into it meanwhile, or it is deeper than anything sensible.</exception>
    public static void Remove(string path)
    {
        // The directory that it is in may be a link: whoever set the agent up chose it.
        using var parent = LinuxFiles.Open(null, Path.GetDirectoryName(path) + "/.");
        Remove(parent, Path.GetFileName(path), 0);
    }

    private static void Remove(LinuxFiles.SafeDescriptor parent, string name, int depth)
    {
        if (depth > Deepest)
            throw new IOException($"there are directories in more than {Deepest} levels");
        using var entry = LinuxFiles.TryOpen(parent, name);
        if (entry is null)
            return;
        var isDirectory = LinuxFiles.KindOf(entry) == FileKind.Directory;
        if (isDirectory)
            foreach (var inner in LinuxFiles.NamesIn(entry))
                Remove(entry, inner, depth + 1);
        LinuxFiles.Unlink(parent, name, isDirectory);
    }
}
