namespace ActorKube.Tests;

/// <summary>A directory of its own for one test, removed at the end.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("actorkube-").FullName;

    public string Under(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Writes a file and gives its path.</summary>
    public string Write(string name, string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Under(name))!);
        File.WriteAllText(Under(name), content);
        return Under(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
