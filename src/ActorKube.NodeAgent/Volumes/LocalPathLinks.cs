namespace ActorKube.NodeAgent.Volumes;

/// <summary>
/// Links in pods' directories to the directories of the node that they have as volumes. They stay when the agent ends, as containers do: the next agent sees in them what is in use
/// before it has set up any pod again, and of pods whose objects are gone.
/// </summary>
internal static class LocalPathLinks
{
    /// <summary>Makes a link, in place of an older one.</summary>
    public static void Make(string link, string target)
    {
        var info = new FileInfo(link);
        if (info.LinkTarget == target)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        info.Delete();
        File.CreateSymbolicLink(link, target);
    }

    /// <summary>Where the links in a directory lead; nowhere when there is no such directory.</summary>
    public static IReadOnlyList<string> Targets(string directory)
    {
        try
        {
            return [.. new DirectoryInfo(directory).EnumerateFileSystemInfos().Select(l => l.LinkTarget).OfType<string>()];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
