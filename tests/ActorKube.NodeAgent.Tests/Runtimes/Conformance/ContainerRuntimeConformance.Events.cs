using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Tests.Runtimes.Conformance;

public abstract partial class ContainerRuntimeConformance
{
    [Fact]
    public async Task A_watch_begins_with_what_exists()
    {
        var (sandbox, container) = await StartAsync(Subject.Running("main"));

        await using var events = MyEvents();

        Assert.Equal(new(RuntimeEventKind.SandboxReady, Uid, sandbox, ""), await NextAsync(events));
        Assert.Equal(new(RuntimeEventKind.ContainerStarted, Uid, sandbox, container), await NextAsync(events));
    }

    [Fact]
    public async Task A_watch_tells_of_each_final_state_in_order()
    {
        var config = Config();
        await using var events = MyEvents();

        var sandbox = await RunAsync(config);
        Assert.Equal(new(RuntimeEventKind.SandboxReady, Uid, sandbox, ""), await NextAsync(events));

        var container = await CreateAsync(sandbox, Subject.Running("main"), config);
        Assert.Equal(new(RuntimeEventKind.ContainerCreated, Uid, sandbox, container), await NextAsync(events));

        await Runtime.StartContainerAsync(container, Cancel);
        Assert.Equal(new(RuntimeEventKind.ContainerStarted, Uid, sandbox, container), await NextAsync(events));

        await Runtime.StopContainerAsync(container, TimeSpan.FromSeconds(10), Cancel);
        Assert.Equal(new(RuntimeEventKind.ContainerExited, Uid, sandbox, container), await NextAsync(events));

        await Runtime.StopSandboxAsync(sandbox, Cancel);
        Assert.Equal(new(RuntimeEventKind.SandboxStopped, Uid, sandbox, ""), await NextAsync(events));

        await Runtime.RemoveSandboxAsync(sandbox, Cancel);
        Assert.Equal(new(RuntimeEventKind.ContainerRemoved, Uid, sandbox, container), await NextAsync(events));
        Assert.Equal(new(RuntimeEventKind.SandboxRemoved, Uid, sandbox, ""), await NextAsync(events));
    }

    [Fact]
    public async Task Two_watches_see_the_same()
    {
        await using var first = MyEvents();
        await using var second = MyEvents();
        var sandbox = await RunAsync(Config());

        Assert.Equal(sandbox, (await NextAsync(first)).SandboxId);
        Assert.Equal(sandbox, (await NextAsync(second)).SandboxId);
    }

    private IAsyncEnumerator<RuntimeEvent> MyEvents() => Runtime.WatchAsync(Cancel).Where(e => e.PodUid == Uid).GetAsyncEnumerator(Cancel);

    private static async Task<RuntimeEvent> NextAsync(IAsyncEnumerator<RuntimeEvent> events)
    {
        Assert.True(await events.MoveNextAsync());
        return events.Current;
    }
}
