using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>What the README tells to type first. The second of its two commands is how these tests are run.</summary>
public sealed class ReadmeCommands : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task The_first_command_starts_a_cluster_and_says_how_to_use_it()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "README.md"), TestContext.Current.CancellationToken);
        var command = lines.First(l => l.StartsWith("dotnet run ", StringComparison.Ordinal)).Split('#')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["dotnet", "run", "--project", "src/ActorKube", "--", "up"], command);
        Assert.Contains(lines, l => l.StartsWith("dotnet test ", StringComparison.Ordinal));

        // The program was built with the tests; containers, ports and data of whoever runs them are left alone.
        await using var up = ActorKubeProcess.StartCommand(
            [.. command[..4], "--no-build", "--configuration", Configuration, .. command[4..], "--runtime", "simulated", "--port", "0", "--data", _directory.Path], Repository.Root);
        await up.LineAsync("Ctrl-C stops the cluster; its state is kept.");
        var printed = up.Output.Split('\n');
        Assert.Contains($"Administrator's kubeconfig: {Path.Combine(_directory.Path, "kubeconfig")}", printed);
        Assert.Equal(3, printed.Count(l => l.StartsWith("  kubectl ", StringComparison.Ordinal)));
        if (Kubectl.Missing is null)
            Assert.Equal("ok", await new Kubectl(Path.Combine(_directory.Path, "kubeconfig")).RunAsync("get", "--raw", "/readyz"));
    }

    public void Dispose() => _directory.Dispose();

    // bin/{configuration}/{framework}/
    private static string Configuration => Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)))!;
}
