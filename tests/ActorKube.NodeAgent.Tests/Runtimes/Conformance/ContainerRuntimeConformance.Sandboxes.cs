using System.Net;
using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Tests.Runtimes.Conformance;

public abstract partial class ContainerRuntimeConformance
{
    [Fact]
    public async Task Version_and_status_say_that_the_runtime_and_its_network_are_ready()
    {
        var version = await Runtime.GetVersionAsync(Cancel);
        var status = await Runtime.GetStatusAsync(Cancel);

        Assert.NotEmpty(version.Name);
        Assert.NotEmpty(version.Version);
        Assert.True(status.Condition(RuntimeStatus.RuntimeReady).Status);
        Assert.True(status.Condition(RuntimeStatus.NetworkReady).Status);
    }

    [Fact]
    public async Task A_sandbox_has_an_address_of_the_pod_range_and_gives_back_what_it_was_given()
    {
        var config = Config() with { Annotations = Map(("note", "kept as it is")) };
        var before = DateTimeOffset.UtcNow.AddMinutes(-1);

        var status = await Runtime.GetSandboxStatusAsync(await RunAsync(config), Cancel);

        Assert.Equal(config.Metadata, status.Metadata);
        Assert.Equal(SandboxState.Ready, status.State);
        Assert.Equal(config.Labels, status.Labels);
        Assert.Equal("kept as it is", status.Annotations["note"]);
        Assert.Equal(NamespaceMode.Pod, status.Namespaces.Network);
        Assert.True(IPNetwork.Parse(Subject.PodCidr).Contains(IPAddress.Parse(Assert.Single(status.Ips))));
        Assert.True(status.CreatedAt > before);
    }

    [Fact]
    public async Task Two_sandboxes_have_different_addresses()
    {
        var first = await Runtime.GetSandboxStatusAsync(await RunAsync(Config()), Cancel);
        var second = await Runtime.GetSandboxStatusAsync(await RunAsync(Config(1)), Cancel);

        Assert.NotEqual(Assert.Single(first.Ips), Assert.Single(second.Ips));
    }

    [Fact]
    public async Task A_sandbox_on_the_nodes_network_has_no_address_of_its_own()
    {
        var config = Config() with { Hostname = "", Security = new SandboxSecurity { Namespaces = new NamespaceOptions { Network = NamespaceMode.Node } } };

        var status = await Runtime.GetSandboxStatusAsync(await RunAsync(config), Cancel);

        Assert.Empty(status.Ips);
        Assert.Equal(NamespaceMode.Node, status.Namespaces.Network);
    }

    [Fact]
    public async Task Sandboxes_are_listed_by_id_state_and_labels()
    {
        var old = await RunAsync(Config());
        await Runtime.StopSandboxAsync(old, Cancel);
        var current = await RunAsync(Config(1) with { Labels = Map(("uid", Uid), ("app", "db")) });
        var mine = new SandboxFilter { Labels = Map(("uid", Uid)) };

        Assert.Equal([old, current], await ListAsync(mine));
        Assert.Equal([current], await ListAsync(mine with { State = SandboxState.Ready }));
        Assert.Equal([old], await ListAsync(mine with { State = SandboxState.NotReady }));
        Assert.Equal([current], await ListAsync(new SandboxFilter { Id = current }));
        Assert.Equal([current], await ListAsync(new SandboxFilter { Labels = Map(("uid", Uid), ("app", "db")) }));
        Assert.Empty(await ListAsync(new SandboxFilter { Id = "absent" }));

        async Task<IEnumerable<string>> ListAsync(SandboxFilter filter) =>
            (await Runtime.ListSandboxesAsync(filter, Cancel)).OrderBy(s => s.Metadata.Attempt).Select(s => s.Id);
    }

    [Fact]
    public async Task The_same_attempt_of_a_pod_is_refused_a_second_time()
    {
        await RunAsync(Config());

        Assert.Equal(RuntimeErrorKind.Unknown, await FailureOf(RunAsync(Config())));
        await RunAsync(Config(1));
    }

    [Fact]
    public async Task An_unknown_runtime_handler_is_refused() =>
        Assert.Equal(RuntimeErrorKind.Unknown, await FailureOf(Runtime.RunSandboxAsync(Config(), "no-such-handler", Cancel)));

    [Fact]
    public async Task A_stopped_sandbox_is_not_ready_has_no_address_and_its_containers_are_killed()
    {
        var (sandbox, container) = await StartAsync(Subject.Running("main"));

        await Runtime.StopSandboxAsync(sandbox, Cancel);

        var status = await Runtime.GetSandboxStatusAsync(sandbox, Cancel);
        Assert.Equal(SandboxState.NotReady, status.State);
        Assert.Empty(status.Ips);
        Assert.Equal(ContainerState.Exited, (await StatusAsync(container)).State);
        Assert.Equal(137, (await StatusAsync(container)).ExitCode);
    }

    [Fact]
    public async Task A_stopped_sandbox_takes_no_containers()
    {
        var config = Config();
        var sandbox = await RunAsync(config);
        await Runtime.StopSandboxAsync(sandbox, Cancel);

        await Assert.ThrowsAsync<RuntimeException>(() => StartAsync(sandbox, Subject.Running("main"), config));
    }

    [Fact]
    public async Task Stopping_and_removing_a_sandbox_again_is_no_error()
    {
        var sandbox = await RunAsync(Config());

        await Runtime.StopSandboxAsync(sandbox, Cancel);
        await Runtime.StopSandboxAsync(sandbox, Cancel);
        await Runtime.RemoveSandboxAsync(sandbox, Cancel);
        await Runtime.RemoveSandboxAsync(sandbox, Cancel);
        await Runtime.StopSandboxAsync(sandbox, Cancel);

        Assert.Equal(RuntimeErrorKind.NotFound, await FailureOf(Runtime.GetSandboxStatusAsync(sandbox, Cancel)));
    }

    [Fact]
    public async Task Removing_a_sandbox_removes_its_containers()
    {
        var (sandbox, container) = await StartAsync(Subject.Running("main"));

        await Runtime.StopSandboxAsync(sandbox, Cancel);
        await Runtime.RemoveSandboxAsync(sandbox, Cancel);

        Assert.Equal(RuntimeErrorKind.NotFound, await FailureOf(StatusAsync(container)));
        Assert.Empty(await Runtime.ListContainersAsync(new ContainerFilter { SandboxId = sandbox }, Cancel));
    }

    [Fact]
    public async Task A_removed_attempt_can_be_run_again()
    {
        var sandbox = await RunAsync(Config());
        await Runtime.StopSandboxAsync(sandbox, Cancel);
        await Runtime.RemoveSandboxAsync(sandbox, Cancel);

        Assert.NotEqual(sandbox, await RunAsync(Config()));
    }

    [Fact]
    public async Task A_cancelled_call_throws_what_cancellation_throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Runtime.ListSandboxesAsync(SandboxFilter.All, new CancellationToken(canceled: true)));
}
