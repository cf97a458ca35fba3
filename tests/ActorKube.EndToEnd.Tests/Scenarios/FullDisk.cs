using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>A disk with less room than the store wants: a cluster does not begin there, and one that is there lets its objects be deleted and says what it waits for.</summary>
public sealed class FullDisk : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => Path.Combine(_directory.Path, "data");

    // No disk has so much.
    private static string[] Full => ["--set", "actorkube.store.min-free-space=1000000 GiB"];

    [Theory]
    [InlineData("up --runtime simulated --port 0")]
    [InlineData("server --port 0 --cluster-port 0")]
    public async Task A_new_cluster_is_refused_in_one_sentence_and_nothing_is_left(string command)
    {
        await using var start = ActorKubeProcess.Start([.. command.Split(' '), "--data", Data, .. Full]);
        Assert.Equal(1, await start.ExitAsync());
        Assert.Matches($"^actorkube: The disk of {Data}/journal has [0-9]+ MiB free, and a journal does not begin with less than .*: make room on that disk, ", Assert.Single(start.Errors));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Fact]
    public async Task One_that_is_there_takes_deletions_and_says_what_it_waits_for()
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        string port;
        await using (var up = ActorKubeProcess.Start("up", "--runtime", "simulated", "--port", "0", "--data", Data))
        {
            port = (await up.LineAsync("Kubernetes API: ")).Split(':')[^1].Split(',')[0];
            await up.LineAsync("Ctrl-C stops");
            await new Kubectl(Path.Combine(Data, "kubeconfig")).RunAsync("create", "configmap", "big");
            Assert.Equal(0, await up.InterruptAsync());
        }

        await using var full = ActorKubeProcess.Start(["up", "--runtime", "simulated", "--port", port, "--data", Data, .. Full]);
        Assert.Contains("until there is room again, only deletions are taken; make room on that disk", await full.LineAsync("The disk of "), StringComparison.Ordinal);
        await full.LineAsync("This server is not ready, and tries on: the store takes no writes at the moment");
        var kubectl = new Kubectl(Path.Combine(Data, "kubeconfig"));
        Assert.Contains("deleted", await kubectl.RunAsync("delete", "configmap", "big"), StringComparison.Ordinal);
        Assert.DoesNotContain("big", await kubectl.RunAsync("get", "configmaps"), StringComparison.Ordinal);
        Assert.DoesNotContain("Ctrl-C stops", full.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();
}
