using ActorKube.Api.Names;
using ActorKube.ApiServer.Usage;
using ActorKube.Protocol.Usage;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.ApiServer.Tests.Usage;

public sealed class UsageBoardTests
{
    private static readonly TimeSpan Retention = TimeSpan.FromSeconds(60);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly UsageBoard _board;

    public UsageBoardTests() => _board = new UsageBoard(Retention, _time);

    [Fact]
    public void The_newest_report_counts_whatever_the_order_they_come_in()
    {
        _board.Take("n", Report(2, cpu: 20));
        _board.Take("n", Report(1, cpu: 10));
        Assert.Equal(20, _board.Node("n")!.Usage.NanoCores);
    }

    [Fact]
    public void A_clock_that_was_set_back_is_believed_once_the_old_report_has_gone()
    {
        _board.Take("n", Report(1000, cpu: 20));
        _time.Advance(Retention + TimeSpan.FromSeconds(1));
        _board.Take("n", Report(1, cpu: 10));
        Assert.Equal(10, _board.Node("n")!.Usage.NanoCores);
    }

    [Fact]
    public void Figures_end_with_the_retention()
    {
        _board.Take("n", Report(1));
        _time.Advance(Retention);
        Assert.NotNull(_board.Node("n"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(_board.Node("n"));
        Assert.Null(_board.Pod("n", new ObjectKey("default", "web"), "u"));
    }

    [Fact]
    public void An_agent_that_reports_seldom_is_given_the_time_of_three_reports()
    {
        _board.Take("n", Report(1) with { Window = TimeSpan.FromSeconds(50) });
        _time.Advance(TimeSpan.FromSeconds(150));
        Assert.NotNull(_board.Node("n"));
    }

    [Fact]
    public void A_pod_of_the_same_name_is_not_the_same_pod()
    {
        _board.Take("n", Report(1));
        Assert.NotNull(_board.Pod("n", new ObjectKey("default", "web"), "u"));
        Assert.Null(_board.Pod("n", new ObjectKey("default", "web"), "later"));
        Assert.Null(_board.Pod("other", new ObjectKey("default", "web"), "u"));
    }

    private UsageReport Report(int at, long cpu = 1) => new(
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(at), TimeSpan.FromSeconds(15), new UsedAmounts(cpu, 1),
        [new PodUsage(new ObjectKey("default", "web"), "u", _time.GetUtcNow(), TimeSpan.FromSeconds(15), [new ContainerUsage("app", new UsedAmounts(cpu, 1))])]);
}
