namespace ActorKube.Store.Journal;

/// <summary>Room on the disk of a directory.</summary>
internal static class DiskSpace
{
    /// <summary>Bytes free for this user; null when that cannot be known.</summary>
    /// <param name="directory">The directory, which may have yet to be made.</param>
    public static long? Free(string directory)
    {
        var there = Path.GetFullPath(directory);
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } parent)
            there = parent;
        try
        {
            return new DriveInfo(there).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
