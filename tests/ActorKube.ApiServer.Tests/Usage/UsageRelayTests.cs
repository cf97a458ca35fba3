using ActorKube.ApiServer.Actors.Usage;
using ActorKube.ApiServer.Tests.Endpoint;
using ActorKube.ApiServer.Usage;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint;
using ActorKube.Protocol.Usage;
using Akka.Actor;

namespace ActorKube.ApiServer.Tests.Usage;

public sealed class UsageRelayTests
{
    private static readonly UsageReport Report = new(new DateTimeOffset(2026, 1, 1, 0, 0, 15, TimeSpan.Zero), TimeSpan.FromSeconds(15), new UsedAmounts(7, 8), []);

    [Fact]
    public async Task What_an_agent_reports_counts_for_the_node_that_its_session_has_proved()
    {
        await using var bench = new EndpointBench();
        using var client = bench.Connect("system:node:a");
        // A call that is answered: only then there is a session.
        await client.GetAsync(new ObjectAddress(WellKnownResources.Pods, "default", "web"), cancel: EndpointBench.Limit);
        client.Report(Report);
        Assert.True(bench.Reports.TryTake(out var taken, Timeout.Infinite, EndpointBench.Limit));
        Assert.Equal(("a", Report.At, Report.Usage), (taken.Node, taken.Report.At, taken.Report.Usage));
    }

    [Fact]
    public async Task Every_server_knows_what_one_was_told()
    {
        await using var bench = new EndpointBench(servers: 3);
        var addresses = bench.Servers.Select(EndpointBench.AddressOf).ToArray();
        var boards = bench.Servers.Select(_ => new UsageBoard(TimeSpan.FromMinutes(1), bench.Time)).ToArray();
        var relays = bench.Servers.Select((s, i) => s.ActorOf(Props.Create(() => new UsageRelay(boards[i], () => addresses)), EndpointProtocol.UsageActorName)).ToArray();
        relays[0].Tell(new UsageRelay.Spread("a", Report));
        var told = Task.Run(() => SpinWait.SpinUntil(() => boards[1].Node("a") is not null && boards[2].Node("a") is not null, TimeSpan.FromSeconds(10)));
        await bench.AdvanceUntilAsync(told);
        Assert.True(await told);
        Assert.Equal(Report.Usage, boards[2].Node("a")!.Usage);
        // The sender knows already; it is not told again.
        Assert.Null(boards[0].Node("a"));
    }
}
