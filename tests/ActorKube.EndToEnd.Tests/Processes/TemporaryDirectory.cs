using ActorKube.Testing.Containers;

namespace ActorKube.EndToEnd.Tests.Processes;

/// <summary>A directory of its own for one test, removed at the end with what agents that are killed leave mounted in it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("actorkube-").FullName;

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
            HostMounts.RemoveBelowAsync(Path).GetAwaiter().GetResult();
        Directory.Delete(Path, recursive: true);
    }
}
