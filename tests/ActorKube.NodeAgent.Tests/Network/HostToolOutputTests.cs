using System.Diagnostics;
using System.Globalization;
using ActorKube.NodeAgent.Network;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Network;

public sealed class HostToolOutputTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("[ ]", "")]
    [InlineData("""[{"dst":"10.1.2.0/24","gateway":"172.16.0.2","dev":"eth0","protocol":"107","flags":[]}]""", "10.1.2.0/24>172.16.0.2")]
    [InlineData("""[{"dst":"10.1.2.7","gateway":"172.16.0.2","dev":"eth0","flags":[]},{"dst":"default","dev":"eth0","flags":[]}]""", "10.1.2.7/32>172.16.0.2")]
    [InlineData("""[{"dst":"fd00:1::5","gateway":"fe80::1","dev":"eth0","flags":[]}]""", "fd00:1::5/128>fe80::1")]
    public void Routes_are_read_as_ip_prints_them(string json, string expected) =>
        Assert.Equal(expected, string.Join(' ', RouteTable.Parse(json).Select(r => $"{r.Destination}>{r.Gateway}")));

    [Fact]
    public async Task A_program_that_fails_or_is_not_there_says_so()
    {
        var cancel = TestContext.Current.CancellationToken;
        var failed = await Assert.ThrowsAsync<IOException>(() => HostTools.RunAsync("sh", ["-c", "echo no way >&2; exit 3"], null, cancel));
        Assert.EndsWith("no way", failed.Message, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<IOException>(() => HostTools.RunAsync("no-such-program", [], null, cancel));
        Assert.StartsWith("no-such-program: ", missing.Message, StringComparison.Ordinal);
        Assert.Equal("in", await HostTools.RunAsync("cat", [], "in", cancel));
    }

    [Fact]
    public async Task A_program_that_is_cancelled_is_ended_with_what_it_started()
    {
        using var directory = new TempDirectory();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(directory.Path, "pids") { EnableRaisingEvents = true };
        watcher.Renamed += (_, _) => started.TrySetResult();
        var running = HostTools.RunAsync("sh", ["-c", $"sleep 600 & echo $$ $! > {directory["new"]}; mv {directory["new"]} {directory["pids"]}; wait"], null, stop.Token);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        var processes = File.ReadAllText(directory["pids"]).Split(' ').Select(pid => Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture))).ToArray();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        foreach (var process in processes)
            using (process)
                Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)), $"{process.Id} runs on");
    }
}
