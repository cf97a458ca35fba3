using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.Testing.Fakes;

namespace ActorKube.NodeAgent.Tests.Runtimes.Simulated;

/// <summary>Scripts in virtual time.</summary>
public sealed class SimulatedRuntimeTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly SettableTime _time = new(Start);
    private readonly SimulatedRuntime _runtime;

    public SimulatedRuntimeTests() =>
        _runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = _time, IdSeed = 1, PodCidrs = ["10.0.0.0/24", "fd00::/120"], Images = ["app"] });

    public ValueTask DisposeAsync() => _runtime.DisposeAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_container_ends_when_its_time_is_over_and_not_before()
    {
        var container = await StartAsync(("run-for", "24h"), ("exit-code", "3"), ("exit-reason", "Boom"));

        _time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        Assert.Equal(ContainerState.Running, (await StatusAsync(container)).State);
        _time.Advance(TimeSpan.FromSeconds(1));

        var status = await StatusAsync(container);
        Assert.Equal((ContainerState.Exited, 3, "Boom"), (status.State, status.ExitCode, status.Reason));
        Assert.Equal(Start.AddDays(1), status.FinishedAt);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_is_set_ends_nothing_early_or_late_and_shows_in_what_ends_then(int hours)
    {
        var container = await StartAsync(("run-for", "10m"));
        var other = await StartAsync(("stop-delay", "24h"));
        var stop = _runtime.StopContainerAsync(other, TimeSpan.FromMinutes(5), Cancel);
        _time.Jump(TimeSpan.FromHours(hours));
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        // Anything that happens makes it look at what is due.
        _runtime.Print(container, "hello");
        Assert.False(stop.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await stop;
        Assert.Equal(ContainerState.Running, (await StatusAsync(container)).State);
        _time.Advance(TimeSpan.FromMinutes(5));
        var status = await StatusAsync(container);
        Assert.Equal((ContainerState.Exited, Start, Start.AddHours(hours).AddMinutes(10)), (status.State, status.StartedAt, status.FinishedAt));
    }

    [Fact]
    public async Task Many_ends_come_in_their_order()
    {
        var late = await StartAsync(("run-for", "2h"));
        var early = await StartAsync(("run-for", "1h"));
        await using var events = _runtime.WatchAsync(Cancel).Where(e => e.Kind == RuntimeEventKind.ContainerExited).GetAsyncEnumerator(Cancel);

        var first = events.MoveNextAsync();
        _time.Advance(TimeSpan.FromHours(3));

        Assert.True(await first);
        Assert.Equal(early, events.Current.ContainerId);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal(late, events.Current.ContainerId);
        Assert.Equal(Start.AddHours(2), (await StatusAsync(late)).FinishedAt);
    }

    [Fact]
    public async Task A_start_takes_its_time()
    {
        var (config, container) = await CreateAsync(("start-delay", "5s"));
        var start = _runtime.StartContainerAsync(container, Cancel);

        Assert.False(start.IsCompleted);
        Assert.Equal(ContainerState.Created, (await StatusAsync(container)).State);
        _time.Advance(TimeSpan.FromSeconds(5));
        await start;

        Assert.Equal(Start.AddSeconds(5), (await StatusAsync(container)).StartedAt);
        Assert.Equal("web", config.Metadata.Name);
    }

    [Fact]
    public async Task A_stop_takes_its_time_within_the_grace()
    {
        var container = await StartAsync(("stop-delay", "10s"), ("stop-exit-code", "143"));
        var stop = _runtime.StopContainerAsync(container, TimeSpan.FromSeconds(30), Cancel);

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(stop.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await stop;

        Assert.Equal(143, (await StatusAsync(container)).ExitCode);
    }

    [Fact]
    public async Task A_stop_that_takes_longer_than_the_grace_is_a_kill()
    {
        var container = await StartAsync(("stop-delay", "10m"));
        var stop = _runtime.StopContainerAsync(container, TimeSpan.FromSeconds(30), Cancel);

        _time.Advance(TimeSpan.FromSeconds(30));
        await stop;

        Assert.Equal((137, Start.AddSeconds(30)), ((await StatusAsync(container)).ExitCode, (await StatusAsync(container)).FinishedAt));
    }

    [Fact]
    public async Task A_second_stop_with_less_grace_ends_the_first_too()
    {
        var container = await StartAsync(("stop-delay", "10m"));
        var patient = _runtime.StopContainerAsync(container, TimeSpan.FromSeconds(30), Cancel);

        await _runtime.StopContainerAsync(container, TimeSpan.Zero, Cancel);

        await patient;
        Assert.Equal(Start, (await StatusAsync(container)).FinishedAt);
    }

    [Fact]
    public async Task Commands_succeed_only_when_the_container_is_ready()
    {
        var container = await StartAsync(("ready-after", "20s"));

        Assert.Equal(1, (await _runtime.ExecAsync(container, ["true"], TimeSpan.FromSeconds(1), Cancel)).ExitCode);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, (await _runtime.ExecAsync(container, ["true"], TimeSpan.FromSeconds(1), Cancel)).ExitCode);
    }

    [Fact]
    public async Task Lines_are_printed_again_and_again_with_virtual_times()
    {
        var container = await StartAsync(("log", "tick"), ("log-interval", "1m"));

        _time.Advance(TimeSpan.FromMinutes(2));

        await using var log = _runtime.LogFiles.OpenRead((await StatusAsync(container)).LogPath);
        using var reader = new StreamReader(log!);
        Assert.Equal(
            "2026-01-02T03:04:05.000000000Z stdout F tick\n2026-01-02T03:05:05.000000000Z stdout F tick\n2026-01-02T03:06:05.000000000Z stdout F tick\n",
            await reader.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task Pulls_fail_as_scripted_by_the_pod()
    {
        var config = Config(("pull-error", "registry is down"));

        var failure = await Assert.ThrowsAsync<RuntimeException>(() => _runtime.PullImageAsync("other", auth: null, config, Cancel));

        Assert.Equal((RuntimeErrorKind.ImagePull, "registry is down"), (failure.Kind, failure.Message));
        await _runtime.PullImageAsync("other", auth: null, sandbox: null, Cancel);
    }

    [Fact]
    public async Task A_sandbox_fails_as_scripted()
    {
        var failure = await Assert.ThrowsAsync<RuntimeException>(() => _runtime.RunSandboxAsync(Config(("sandbox-error", "no network")), "", Cancel));

        Assert.Equal("no network", failure.Message);
        Assert.Empty(await _runtime.ListSandboxesAsync(SandboxFilter.All, Cancel));
    }

    [Fact]
    public async Task A_pod_has_an_address_of_each_range_and_gives_them_back()
    {
        var sandbox = await _runtime.RunSandboxAsync(Config(), "", Cancel);
        Assert.Equal(["10.0.0.2", "fd00::2"], (await _runtime.GetSandboxStatusAsync(sandbox, Cancel)).Ips);

        for (var i = 0; i < 600; i++)
        {
            var next = await _runtime.RunSandboxAsync(Config(), "", Cancel);
            await _runtime.RemoveSandboxAsync(next, Cancel);
        }
    }

    [Fact]
    public async Task A_range_that_stays_does_not_give_an_address_twice()
    {
        await _runtime.RunSandboxAsync(Config(), "", Cancel);

        await _runtime.UpdatePodCidrsAsync(["10.0.0.0/24"], Cancel);

        Assert.Equal(["10.0.0.3"], (await _runtime.GetSandboxStatusAsync(await _runtime.RunSandboxAsync(Config(), "", Cancel), Cancel)).Ips);
    }

    [Fact]
    public async Task Without_a_pod_range_the_network_is_not_ready_and_pods_fail_except_on_the_nodes_network()
    {
        await using var runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = _time, IdSeed = 1 });
        var onHost = Config() with { Security = new SandboxSecurity { Namespaces = new NamespaceOptions { Network = NamespaceMode.Node } } };

        Assert.False((await runtime.GetStatusAsync(Cancel)).Condition(RuntimeStatus.NetworkReady).Status);
        await Assert.ThrowsAsync<RuntimeException>(() => runtime.RunSandboxAsync(Config(), "", Cancel));
        await runtime.RunSandboxAsync(onHost, "", Cancel);

        await runtime.UpdatePodCidrsAsync(["10.9.0.0/24"], Cancel);
        Assert.True((await runtime.GetStatusAsync(Cancel)).Condition(RuntimeStatus.NetworkReady).Status);
        await runtime.RunSandboxAsync(Config(), "", Cancel);
    }

    [Fact]
    public async Task An_unavailable_runtime_answers_nothing_and_its_pods_go_on()
    {
        var container = await StartAsync(("run-for", "1m"));
        _runtime.IsAvailable = false;

        var failure = await Assert.ThrowsAsync<RuntimeException>(() => StatusAsync(container));
        Assert.Equal(RuntimeErrorKind.Unavailable, failure.Kind);
        _time.Advance(TimeSpan.FromMinutes(1));
        _runtime.IsAvailable = true;

        Assert.Equal(ContainerState.Exited, (await StatusAsync(container)).State);
    }

    [Fact]
    public async Task Containers_and_sandboxes_can_be_lost()
    {
        var container = await StartAsync();
        var sandbox = (await _runtime.ListSandboxesAsync(SandboxFilter.All, Cancel)).Single().Id;

        _runtime.EndContainer(container, 137, "OOMKilled");
        _runtime.LoseSandbox(sandbox);

        Assert.Equal("OOMKilled", (await StatusAsync(container)).Reason);
        Assert.Equal(SandboxState.NotReady, (await _runtime.GetSandboxStatusAsync(sandbox, Cancel)).State);
    }

    [Fact]
    public async Task What_a_container_seems_to_use_grows_with_time()
    {
        var container = await StartAsync(("cpu", "250m"), ("memory", "1Mi"));

        _time.Advance(TimeSpan.FromSeconds(8));

        var stats = Assert.Single(await _runtime.ListContainerStatsAsync(new ContainerFilter { Id = container }, Cancel));
        Assert.Equal((2_000_000_000ul, 1048576ul), (stats.Cpu!.TotalNanoseconds, stats.WorkingSetBytes!.Value));
    }

    [Fact]
    public async Task A_cancelled_start_can_be_tried_again()
    {
        var (_, container) = await CreateAsync(("start-delay", "5s"));
        using var cancel = new CancellationTokenSource();
        var start = _runtime.StartContainerAsync(container, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);

        var again = _runtime.StartContainerAsync(container, Cancel);
        _time.Advance(TimeSpan.FromSeconds(5));
        await again;

        Assert.Equal(ContainerState.Running, (await StatusAsync(container)).State);
    }

    [Fact]
    public async Task Ten_thousand_idle_pods_have_no_timers_and_little_memory()
    {
        const int pods = 10_000;
        var time = new CountingTime();
        await using var runtime = new SimulatedRuntime(new SimulatedRuntimeOptions { Time = time, IdSeed = 1, PodCidrs = ["10.0.0.0/8"], Images = ["app"] });
        var labels = ImmutableDictionary<string, string>.Empty.Add("app", "web");
        await StartPodAsync(0);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 1; i <= pods; i++)
            await StartPodAsync(i);

        var perPod = (GC.GetTotalMemory(forceFullCollection: true) - before) / pods;
        Assert.Equal(1, time.Timers);
        Assert.Equal(0, time.Changes);
        Assert.InRange(perPod, 0, 2500);
        GC.KeepAlive(runtime);

        async Task StartPodAsync(int number)
        {
            var config = new SandboxConfig { Metadata = new SandboxMetadata("web", "default", $"uid-{number}", 0), Labels = labels };
            var sandbox = await runtime.RunSandboxAsync(config, "", Cancel);
            var main = new ContainerConfig { Metadata = new ContainerMetadata("main", 0), Image = "app", Labels = labels };
            await runtime.StartContainerAsync(await runtime.CreateContainerAsync(sandbox, main, config, Cancel), Cancel);
        }
    }

    private static SandboxConfig Config(params (string Name, string Value)[] script) => new()
    {
        Metadata = new SandboxMetadata("web", "default", Guid.NewGuid().ToString(), 0),
        LogDirectory = "/var/log/pods/web",
        Annotations = script.ToImmutableDictionary(s => ScriptAnnotations.Prefix + s.Name, s => s.Value),
    };

    private Task<ContainerStatus> StatusAsync(string container) => _runtime.GetContainerStatusAsync(container, Cancel);

    private async Task<(SandboxConfig Config, string Container)> CreateAsync(params (string Name, string Value)[] script)
    {
        var config = Config(script);
        var sandbox = await _runtime.RunSandboxAsync(config, "", Cancel);
        var container = new ContainerConfig { Metadata = new ContainerMetadata("main", 0), Image = "app", LogPath = "main/0.log" };
        return (config, await _runtime.CreateContainerAsync(sandbox, container, config, Cancel));
    }

    private async Task<string> StartAsync(params (string Name, string Value)[] script)
    {
        var (_, container) = await CreateAsync(script);
        await _runtime.StartContainerAsync(container, Cancel);
        return container;
    }

    private sealed class CountingTime : TimeProvider
    {
        public int Timers { get; private set; }

        public int Changes { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Timers++;
            return new CountingTimer(this);
        }

        private sealed class CountingTimer(CountingTime owner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                owner.Changes++;
                return true;
            }

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
