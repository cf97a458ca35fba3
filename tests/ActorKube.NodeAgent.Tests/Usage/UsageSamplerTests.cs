using System.Collections.Immutable;
using System.Text;
using ActorKube.Api.Names;
using ActorKube.Machinery.Times;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Usage;
using ActorKube.Protocol.Usage;
using ActorKube.Testing.Fakes;

namespace ActorKube.NodeAgent.Tests.Usage;

public sealed class UsageSamplerTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly UsageSampler _sampler = new(maxContainers: 4);

    [Fact]
    public void The_first_sample_tells_nothing() => Assert.Null(Take(0, Stats("web", "app", 5)));

    [Fact]
    public void A_rate_is_the_difference_over_the_time_between()
    {
        Take(0, Stats("web", "app", cpuSeconds: 5));
        var report = Take(10, Stats("web", "app", cpuSeconds: 7.5, memory: 64, at: 10))!;
        var pod = Assert.Single(report.Pods);
        Assert.Equal((new ObjectKey("default", "web"), "uid-web", TimeSpan.FromSeconds(10)), (pod.Key, pod.Uid, pod.Window));
        Assert.Equal([new ContainerUsage("app", new UsedAmounts(250_000_000, 64))], pod.Containers);
    }

    [Fact]
    public void The_runtimes_own_time_counts_and_not_the_agents()
    {
        Take(0, Stats("web", "app", 0, at: -2));
        var pod = Assert.Single(Take(10, Stats("web", "app", 4, at: 6))!.Pods);
        Assert.Equal((500_000_000, TimeSpan.FromSeconds(8), Start.AddSeconds(6)), (pod.Containers[0].Usage.NanoCores, pod.Window, pod.At));
    }

    [Fact]
    public void A_pod_with_a_container_that_has_no_figure_yet_is_not_told_of()
    {
        Take(0, Stats("web", "app", 1));
        Assert.Empty(Take(10, Stats("web", "app", 2, at: 10), Stats("web", "side", 2, at: 10))!.Pods);
        Assert.Equal(["app", "side"], Assert.Single(Take(20, Stats("web", "side", 2, at: 20), Stats("web", "app", 3, at: 20))!.Pods).Containers.Select(c => c.Name));
    }

    [Fact]
    public void A_count_that_has_gone_back_begins_anew()
    {
        Take(0, Stats("web", "app", 9));
        Assert.Empty(Take(10, Stats("web", "app", 1, at: 10))!.Pods);
        Assert.Equal(100_000_000, Assert.Single(Take(20, Stats("web", "app", 2, at: 20))!.Pods).Containers[0].Usage.NanoCores);
    }

    [Fact]
    public void A_runtime_that_shows_the_same_sample_twice_gives_no_figure()
    {
        Take(0, Stats("web", "app", 1, at: 0));
        Assert.Empty(Take(10, Stats("web", "app", 1, at: 0))!.Pods);
    }

    [Theory]
    [InlineData(3600)]
    [InlineData(-3600)]
    public void A_clock_that_is_set_between_two_samples_changes_no_figure(int seconds)
    {
        var time = new SettableTime(Start);
        var clock = new ClockHistory(time);
        _sampler.Take([Stats("web", "app", 0)], new MachineUsage(0, 1), clock.Now);
        time.Advance(TimeSpan.FromSeconds(10));
        time.Jump(TimeSpan.FromSeconds(seconds));
        var report = _sampler.Take([Stats("web", "app", 5, at: seconds + 10)], new MachineUsage(20_000_000_000, 1), clock.Now)!;
        Assert.Equal((2_000_000_000, TimeSpan.FromSeconds(10)), (report.Usage.NanoCores, report.Window));
        Assert.Equal((500_000_000, TimeSpan.FromSeconds(10)), (report.Pods[0].Containers[0].Usage.NanoCores, report.Pods[0].Window));
    }

    [Fact]
    public void A_node_without_a_machine_uses_what_its_pods_use()
    {
        Take(0, Stats("a", "app", 0), Stats("b", "app", 0));
        Assert.Equal(new UsedAmounts(300_000_000, 48), Take(10, Stats("a", "app", 1, 16, 10), Stats("b", "app", 2, 32, 10))!.Usage);
    }

    [Fact]
    public void A_machine_is_measured_like_a_container()
    {
        _sampler.Take([], new MachineUsage(1_000_000_000, 1), When(0));
        Assert.Equal(new UsedAmounts(2_000_000_000, 5), _sampler.Take([], new MachineUsage(21_000_000_000, 5), When(10))!.Usage);
    }

    [Fact]
    public void No_more_containers_are_told_of_than_the_setting_allows()
    {
        ContainerStats[] Many(double at) => [.. Enumerable.Range(0, 6).Select(i => Stats($"p{i}", "app", at, at: at))];
        Take(0, Many(0));
        Assert.Equal(4, Take(10, Many(10))!.Pods.Length);
    }

    [Fact]
    public void What_has_no_figures_or_no_pod_is_left_out()
    {
        var bare = Stats("web", "app", 1) with { Cpu = null };
        Take(0, bare, Stats("x", "app", 1) with { Labels = ImmutableDictionary<string, string>.Empty });
        Assert.Empty(Take(10, bare, Stats("x", "app", 2, at: 10) with { Labels = ImmutableDictionary<string, string>.Empty })!.Pods);
    }

    [Fact]
    public void Figures_beyond_all_numbers_are_the_largest_ones()
    {
        Take(0, Stats("a", "app", 1), Stats("b", "app", 1));
        var report = Take(10, Stats("a", "app", 2, ulong.MaxValue, at: 10), Stats("b", "app", 2, ulong.MaxValue, at: 10))!;
        Assert.Equal([long.MaxValue, long.MaxValue, long.MaxValue], [report.Usage.MemoryBytes, .. report.Pods.Select(p => p.Containers[0].Usage.MemoryBytes)]);
    }

    [Theory]
    [InlineData("cpu  100 10 50 9999 77 1 2 3 55 66", 1_660_000_000ul)]
    [InlineData("cpu 1", 10_000_000ul)]
    [InlineData("cpu  100 10\ncpu0 100 10 50", 1_100_000_000ul)]
    [InlineData("", 0ul)]
    public void The_machines_cpu_time_is_all_but_idling_and_waiting(string line, ulong expected) => Assert.Equal(expected, MachineProbe.CpuNanoseconds(Encoding.UTF8.GetBytes(line)));

    private UsageReport? Take(double seconds, params ContainerStats[] stats) => _sampler.Take(stats, null, When(seconds));

    private static Present When(double seconds) => new(Start.AddSeconds(seconds), TimeSpan.FromSeconds(seconds));

    private static ContainerStats Stats(string pod, string container, double cpuSeconds, ulong memory = 0, double at = 0) => new()
    {
        Id = $"{pod}/{container}",
        Metadata = new ContainerMetadata(container, 0),
        Labels = ImmutableDictionary.CreateRange(
        [
            KeyValuePair.Create(RuntimeLabels.PodNamespace, "default"), KeyValuePair.Create(RuntimeLabels.PodName, pod), KeyValuePair.Create(RuntimeLabels.PodUid, $"uid-{pod}"),
        ]),
        Cpu = new CpuUsage(Start.AddSeconds(at), (ulong)(cpuSeconds * 1e9)),
        WorkingSetBytes = memory,
    };
}
