namespace ActorKube.EndToEnd.Tests.Processes;

/// <summary>A directory of its own for one test, removed at the end.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("actorkube-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
