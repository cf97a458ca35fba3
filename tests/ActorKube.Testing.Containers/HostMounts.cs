namespace ActorKube.Testing.Containers;

/// <summary>What is mounted below a directory, as agents and runtimes leave it when they are killed: nothing can be removed before it is taken away.</summary>
public static class HostMounts
{
    /// <summary>Takes away all that is mounted below a directory, the innermost first.</summary>
    public static async Task RemoveBelowAsync(string directory)
    {
        foreach (var mount in Below(directory))
            await HostCommand.TryAsync("umount", "-l", mount);
    }

    private static List<string> Below(string directory) => File.ReadLines("/proc/self/mounts")
        .Select(line => line.Split(' ')[1])
        .Where(mount => mount.StartsWith(directory + "/", StringComparison.Ordinal))
        .Reverse()
        .ToList();
}
