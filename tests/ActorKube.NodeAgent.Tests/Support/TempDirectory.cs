namespace ActorKube.NodeAgent.Tests.Support;

/// <summary>A directory for one test.</summary>
internal sealed class TempDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("agent-test-").FullName;

    public string this[string relative] => System.IO.Path.Combine(Path, relative);

    public void Dispose()
    {
        foreach (var mount in NodeAgent.Volumes.LinuxFiles.MountsBelow(Path))
            NodeAgent.Volumes.LinuxFiles.Unmount(mount);
        Directory.Delete(Path, recursive: true);
    }
}
