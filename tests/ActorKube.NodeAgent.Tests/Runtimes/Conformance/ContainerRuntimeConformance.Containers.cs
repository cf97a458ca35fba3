using ActorKube.NodeAgent.Runtimes;

namespace ActorKube.NodeAgent.Tests.Runtimes.Conformance;

public abstract partial class ContainerRuntimeConformance
{
    [Fact]
    public async Task A_container_is_created_runs_and_ends_with_its_exit_code()
    {
        var config = Config();
        var sandbox = await RunAsync(config);
        var container = await CreateAsync(sandbox, Subject.Exiting("main", 7), config);
        var created = await StatusAsync(container);
        Assert.Equal(ContainerState.Created, created.State);
        Assert.Null(created.StartedAt);
        Assert.Null(created.FinishedAt);

        await Runtime.StartContainerAsync(container, Cancel);
        var ended = await EndOfAsync(container);

        Assert.Equal(ContainerState.Exited, ended.State);
        Assert.Equal(7, ended.ExitCode);
        Assert.Equal("Error", ended.Reason);
        Assert.True(ended.CreatedAt <= ended.StartedAt);
        Assert.True(ended.StartedAt <= ended.FinishedAt);
    }

    [Fact]
    public async Task A_container_that_ends_with_0_is_completed()
    {
        var (_, container) = await StartAsync(Subject.Exiting("main", 0));

        var ended = await EndOfAsync(container);

        Assert.Equal(0, ended.ExitCode);
        Assert.Equal("Completed", ended.Reason);
    }

    [Fact]
    public async Task A_containers_status_gives_back_what_it_was_given()
    {
        var config = Config();
        var sandbox = await RunAsync(config);
        var container = Subject.Running("main") with
        {
            Metadata = new ContainerMetadata("main", 3),
            LogPath = "main/3.log",
            Labels = Map(("uid", Uid), ("name", "main")),
            Annotations = Map(("hash", "abc")),
        };

        var status = await StatusAsync(await StartAsync(sandbox, container, config));

        Assert.Equal(container.Metadata, status.Metadata);
        Assert.Equal(ContainerState.Running, status.State);
        Assert.Equal(container.Labels, status.Labels);
        Assert.Equal(container.Annotations, status.Annotations);
        Assert.Equal(Path.Combine(config.LogDirectory, "main/3.log"), status.LogPath);
        Assert.NotEmpty(status.ImageRef);
    }

    [Fact]
    public async Task Containers_are_listed_by_id_sandbox_state_and_labels()
    {
        var config = Config();
        var sandbox = await RunAsync(config);
        var running = await StartAsync(sandbox, Subject.Running("a") with { Labels = Map(("uid", Uid), ("name", "a")) }, config);
        var created = await CreateAsync(sandbox, Subject.Running("b") with { Labels = Map(("uid", Uid), ("name", "b")) }, config);
        var mine = new ContainerFilter { SandboxId = sandbox };

        Assert.Equal([running, created], await ListAsync(mine));
        Assert.Equal([running], await ListAsync(mine with { State = ContainerState.Running }));
        Assert.Equal([created], await ListAsync(mine with { State = ContainerState.Created }));
        Assert.Equal([created], await ListAsync(new ContainerFilter { Labels = Map(("uid", Uid), ("name", "b")) }));
        Assert.Equal([running], await ListAsync(new ContainerFilter { Id = running }));
        Assert.All(await Runtime.ListContainersAsync(mine, Cancel), c => Assert.Equal(sandbox, c.SandboxId));

        async Task<IEnumerable<string>> ListAsync(ContainerFilter filter) =>
            (await Runtime.ListContainersAsync(filter, Cancel)).OrderBy(c => c.Metadata.Name, StringComparer.Ordinal).Select(c => c.Id);
    }

    [Fact]
    public async Task A_container_that_obeys_is_not_killed()
    {
        var (_, container) = await StartAsync(Subject.Running("main"));

        await Runtime.StopContainerAsync(container, TimeSpan.FromSeconds(30), Cancel);

        var status = await StatusAsync(container);
        Assert.Equal(ContainerState.Exited, status.State);
        Assert.Equal(0, status.ExitCode);
    }

    [Fact]
    public async Task A_container_that_does_not_obey_is_killed_after_the_grace()
    {
        var (_, container) = await StartAsync(Subject.Stubborn("main"));

        await Runtime.StopContainerAsync(container, TimeSpan.FromSeconds(1), Cancel);

        var status = await StatusAsync(container);
        Assert.Equal(ContainerState.Exited, status.State);
        Assert.Equal(137, status.ExitCode);
        Assert.True(status.FinishedAt - status.StartedAt >= TimeSpan.FromMilliseconds(900));
    }

    [Fact]
    public async Task Without_grace_a_container_is_killed_at_once()
    {
        var (_, container) = await StartAsync(Subject.Running("main"));

        await Runtime.StopContainerAsync(container, TimeSpan.Zero, Cancel);

        Assert.Equal(137, (await StatusAsync(container)).ExitCode);
    }

    [Fact]
    public async Task Stopping_and_removing_a_container_again_is_no_error()
    {
        var (_, container) = await StartAsync(Subject.Running("main"));

        await Runtime.StopContainerAsync(container, TimeSpan.FromSeconds(5), Cancel);
        await Runtime.StopContainerAsync(container, TimeSpan.FromSeconds(5), Cancel);
        await Runtime.RemoveContainerAsync(container, Cancel);
        await Runtime.RemoveContainerAsync(container, Cancel);
        await Runtime.StopContainerAsync(container, TimeSpan.FromSeconds(5), Cancel);

        Assert.Equal(RuntimeErrorKind.NotFound, await FailureOf(StatusAsync(container)));
    }

    [Fact]
    public async Task A_running_container_can_be_removed()
    {
        var (sandbox, container) = await StartAsync(Subject.Stubborn("main"));

        await Runtime.RemoveContainerAsync(container, Cancel);

        Assert.Empty(await Runtime.ListContainersAsync(new ContainerFilter { SandboxId = sandbox }, Cancel));
    }

    [Fact]
    public async Task A_container_without_its_image_or_sandbox_is_not_created()
    {
        var config = Config();
        var sandbox = await RunAsync(config);

        Assert.Equal(RuntimeErrorKind.NotFound, await FailureOf(CreateAsync(sandbox, Subject.Running("main") with { Image = Subject.MissingImage }, config)));
        Assert.Equal(RuntimeErrorKind.NotFound, await FailureOf(CreateAsync("absent", Subject.Running("main"), config)));
    }

    [Fact]
    public async Task The_same_attempt_of_a_container_is_refused_a_second_time()
    {
        var config = Config();
        var sandbox = await RunAsync(config);
        await CreateAsync(sandbox, Subject.Running("main"), config);

        Assert.Equal(RuntimeErrorKind.Unknown, await FailureOf(CreateAsync(sandbox, Subject.Running("main"), config)));
        await CreateAsync(sandbox, Subject.Running("main") with { Metadata = new ContainerMetadata("main", 1) }, config);
    }

    [Fact]
    public async Task A_container_starts_once()
    {
        var (_, container) = await StartAsync(Subject.Running("main"));

        Assert.Equal(RuntimeErrorKind.Unknown, await FailureOf(Runtime.StartContainerAsync(container, Cancel)));
        Assert.Equal(ContainerState.Running, (await StatusAsync(container)).State);
    }

    [Fact]
    public async Task A_container_that_cannot_start_is_left_ended_with_the_reason()
    {
        var config = Config();
        var sandbox = await RunAsync(config);
        var container = await CreateAsync(sandbox, Subject.Unstartable("main"), config);

        Assert.Equal(RuntimeErrorKind.Unknown, await FailureOf(Runtime.StartContainerAsync(container, Cancel)));

        var status = await StatusAsync(container);
        Assert.Equal(ContainerState.Exited, status.State);
        Assert.Equal(128, status.ExitCode);
        Assert.Equal("StartError", status.Reason);
        Assert.NotEmpty(status.Message);
    }

    [Fact]
    public async Task Calls_about_an_absent_container_say_that_it_is_not_found()
    {
        Assert.Equal(RuntimeErrorKind.NotFound, await FailureOf(StatusAsync("absent")));
        Assert.Equal(RuntimeErrorKind.NotFound, await FailureOf(Runtime.StartContainerAsync("absent", Cancel)));
        Assert.Equal(RuntimeErrorKind.NotFound, await FailureOf(Runtime.ExecAsync("absent", ["true"], TimeSpan.Zero, Cancel)));
        Assert.Equal(RuntimeErrorKind.NotFound, await FailureOf(Runtime.UpdateContainerResourcesAsync("absent", new ContainerResources(), Cancel)));
    }

    [Fact]
    public async Task Resources_change_in_place_and_what_is_unset_stays()
    {
        var (_, container) = await StartAsync(Subject.Running("main") with
        {
            Resources = new ContainerResources { CpuShares = 512, MemoryLimitBytes = 64 << 20 },
        });

        await Runtime.UpdateContainerResourcesAsync(container, new ContainerResources { CpuShares = 256 }, Cancel);

        var resources = (await StatusAsync(container)).Resources;
        if (resources is not null)
        {
            Assert.Equal(256, resources.CpuShares);
            Assert.Equal(64 << 20, resources.MemoryLimitBytes);
        }
    }

    [Fact]
    public async Task A_command_in_a_container_gives_its_output_and_exit_code()
    {
        var (_, container) = await StartAsync(Subject.Executing("main"));

        var result = await Runtime.ExecAsync(container, Subject.Command, TimeSpan.FromSeconds(10), Cancel);

        Assert.Equal(3, result.ExitCode);
        Assert.Equal("out\n"u8, result.Stdout.Span);
        Assert.Equal("err\n"u8, result.Stderr.Span);
    }

    [Fact]
    public async Task A_command_that_takes_too_long_times_out()
    {
        var (_, container) = await StartAsync(Subject.Slow("main"));

        Assert.Equal(RuntimeErrorKind.Timeout, await FailureOf(Runtime.ExecAsync(container, Subject.SlowCommand, TimeSpan.FromSeconds(1), Cancel)));
    }

    [Fact]
    public async Task Commands_need_a_running_container()
    {
        var config = Config();
        var sandbox = await RunAsync(config);
        var container = await CreateAsync(sandbox, Subject.Running("main"), config);

        Assert.Equal(RuntimeErrorKind.Unknown, await FailureOf(Runtime.ExecAsync(container, ["true"], TimeSpan.Zero, Cancel)));
    }
}
