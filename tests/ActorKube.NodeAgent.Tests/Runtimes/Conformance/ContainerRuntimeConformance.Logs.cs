using System.Text.RegularExpressions;

namespace ActorKube.NodeAgent.Tests.Runtimes.Conformance;

public abstract partial class ContainerRuntimeConformance
{
    [Fact]
    public async Task What_a_container_prints_is_in_its_log_line_by_line()
    {
        var (_, container) = await StartAsync(Subject.Printing("main") with { LogPath = "main/0.log" });
        var path = (await StatusAsync(container)).LogPath;

        var lines = await ReadLinesAsync(path, 2);

        Assert.Collection(lines, line => Assert.EndsWith(" stdout F one", line), line => Assert.EndsWith(" stdout F two", line));
        Assert.All(lines, line => Assert.Matches(LogTime(), line));
    }

    [Fact]
    public async Task A_reopened_log_is_a_new_file()
    {
        var (_, container) = await StartAsync(Subject.Printing("main") with { LogPath = "main/0.log" });
        var path = (await StatusAsync(container)).LogPath;
        await ReadLinesAsync(path, 2);

        Runtime.LogFiles.Move(path, path + ".rotated");
        await Runtime.ReopenContainerLogAsync(container, Cancel);

        Assert.Equal(0, Runtime.LogFiles.GetLength(path));
        Assert.Equal([path, path + ".rotated"], Runtime.LogFiles.List(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task Logs_survive_their_container_until_the_directory_is_deleted()
    {
        var (sandbox, container) = await StartAsync(Subject.Printing("main") with { LogPath = "main/0.log" });
        var path = (await StatusAsync(container)).LogPath;
        await ReadLinesAsync(path, 2);

        await Runtime.StopSandboxAsync(sandbox, Cancel);
        await Runtime.RemoveSandboxAsync(sandbox, Cancel);
        Assert.NotNull(Runtime.LogFiles.GetLength(path));

        Runtime.LogFiles.DeleteDirectory(Path.GetDirectoryName(path)!);
        Assert.Null(Runtime.LogFiles.GetLength(path));
        Assert.Null(Runtime.LogFiles.OpenRead(path));
        Runtime.LogFiles.DeleteDirectory(Path.GetDirectoryName(path)!);
    }

    private async Task<List<string>> ReadLinesAsync(string path, int count)
    {
        await using var log = Runtime.LogFiles.OpenRead(path);
        Assert.NotNull(log);
        using var reader = new StreamReader(log);
        var text = "";
        while (text.Count(c => c == '\n') < count)
        {
            await Runtime.LogFiles.WaitForChangeAsync(path, text.Length, Cancel);
            text += await reader.ReadToEndAsync(Cancel);
        }
        return [.. text.TrimEnd('\n').Split('\n')];
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,9}(?:Z|[+-]\d\d:\d\d) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LogTime();
}
