using ActorKube.Protocol.Hosting;
using Akka.Actor;

namespace ActorKube.Cluster.Tests.Membership;

public sealed class MembershipTests
{
    private const string Server = ClusterRoles.ControlPlane;
    private const string Node = ClusterRoles.Node;

    [Fact]
    public async Task A_process_without_seed_nodes_is_a_cluster_of_its_own()
    {
        await using var cluster = new TestCluster();
        var first = cluster.Start(Server);
        await first.Joined.WaitAsync(TestCluster.Limit);
        Assert.Equal([first.Address], first.Servers);
    }

    [Fact]
    public async Task Servers_and_agents_form_one_cluster_and_know_the_servers()
    {
        await using var cluster = new TestCluster();
        var (all, known) = (new List<ClusterSystem>(), new List<Task>());
        foreach (var role in (string[])[Server, Server, Node])
        {
            var bothServers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            known.Add(bothServers.Task);
            all.Add(cluster.Start(cluster.Options(role) with { ServersChanged = servers => _ = servers.Count == 2 && bothServers.TrySetResult() }));
        }
        await Task.WhenAll(known).WaitAsync(TestCluster.Limit);
        Assert.All(all, s => Assert.Equal(all.Take(2).Select(x => x.Address).Order(), s.Servers.Order()));
    }

    [Fact]
    public async Task A_process_that_leaves_is_gone_for_the_others_before_it_ends()
    {
        await using var cluster = new TestCluster();
        var all = await cluster.FormAsync(Server, Server, Server);
        var gone = MemberWatch.UntilAsync(all[0], m => m.Count == 2, TestCluster.Limit);
        await all[2].DisposeAsync();
        await gone;
    }

    [Fact]
    public async Task A_server_that_crashes_is_removed_by_the_others()
    {
        await using var cluster = new TestCluster();
        var all = await cluster.FormAsync(Server, Server, Server);
        await cluster.CrashAsync(all[1]);
        await Task.WhenAll(new[] { all[0], all[2] }.Select(s => MemberWatch.UntilAsync(s, m => m is { Count: 2, Up: 2 }, TestCluster.Limit)));
    }

    [Fact]
    public async Task A_minority_that_is_cut_off_ends_itself_and_the_majority_goes_on()
    {
        await using var cluster = new TestCluster();
        var all = await cluster.FormAsync(Server, Server, Server);
        await TestCluster.CutAsync([all[0]], [all[1], all[2]]);
        await all[0].Ended.WaitAsync(TestCluster.Limit);
        await MemberWatch.UntilAsync(all[1], m => m is { Count: 2, Up: 2 }, TestCluster.Limit);
        Assert.False(all[1].Ended.IsCompleted || all[2].Ended.IsCompleted);
    }

    [Theory]
    [InlineData(Server)]
    [InlineData(Node)]
    public async Task A_process_that_a_server_has_removed_for_good_ends_itself_though_it_has_missed_nobody(string role)
    {
        await using var cluster = new TestCluster();
        var all = await cluster.FormPatientAsync(Server, Server, role);
        TestCluster.Refuse(all[0], all[2]);
        await all[2].Ended.WaitAsync(TestCluster.Limit);
        Assert.False(all[0].Ended.IsCompleted || all[1].Ended.IsCompleted);
    }

    [Fact]
    public async Task Agents_do_not_outvote_a_server()
    {
        await using var cluster = new TestCluster();
        var all = await cluster.FormAsync(Server, Node, Node);
        await TestCluster.CutAsync([all[0]], [all[1], all[2]]);
        await Task.WhenAll(all[1].Ended, all[2].Ended).WaitAsync(TestCluster.Limit);
        await MemberWatch.UntilAsync(all[0], m => m is { Count: 1, Up: 1 }, TestCluster.Limit);
        Assert.False(all[0].Ended.IsCompleted);
    }

    [Fact]
    public async Task An_agent_that_was_removed_starts_anew_and_joins_again()
    {
        await using var cluster = new TestCluster();
        var server = (await cluster.FormAsync(Server))[0];
        var incarnations = System.Threading.Channels.Channel.CreateUnbounded<ClusterSystem>();
        using var stop = new CancellationTokenSource();
        var options = cluster.Options(Node);
        var kept = KeptSystem.RunAsync(() => ClusterSystem.Start(options), async (system, ended) =>
        {
            await system.Joined.WaitAsync(ended);
            await incarnations.Writer.WriteAsync(system, ended);
            await new TaskCompletionSource().Task.WaitAsync(ended);
        }, stop.Token);

        var first = await incarnations.Reader.ReadAsync(TestCluster.Limit);
        Akka.Cluster.Cluster.Get(server.System).Down(first.Address);
        await first.Ended.WaitAsync(TestCluster.Limit);
        var second = await incarnations.Reader.ReadAsync(TestCluster.Limit);
        Assert.NotSame(first, second);
        await MemberWatch.UntilAsync(server, m => m is { Count: 2, Up: 2 }, TestCluster.Limit);

        await stop.CancelAsync();
        await kept.WaitAsync(TestCluster.Limit);
        await MemberWatch.UntilAsync(server, m => m.Count == 1, TestCluster.Limit);
    }

    [Fact]
    public async Task What_fails_because_its_system_ends_is_begun_anew()
    {
        await using var cluster = new TestCluster();
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stop = new CancellationTokenSource();
        var (options, systems) = (cluster.Options(Server), 0);
        var kept = KeptSystem.RunAsync(() => ClusterSystem.Start(options), async (system, ended) =>
        {
            if (systems++ > 0)
            {
                again.SetResult();
                await new TaskCompletionSource().Task.WaitAsync(ended);
            }
            await system.DisposeAsync();
            system.System.ActorOf(Props.Empty);
        }, stop.Token);
        await (await Task.WhenAny(kept, again.Task)).WaitAsync(TestCluster.Limit);
        Assert.True(again.Task.IsCompleted);
        await stop.CancelAsync();
        await kept.WaitAsync(TestCluster.Limit);
    }

    [Fact]
    public async Task A_port_in_use_is_told_in_one_sentence()
    {
        await using var cluster = new TestCluster();
        var first = cluster.Start(Server);
        var failure = Assert.Throws<IOException>(() => cluster.Start(cluster.Options(Server) with { Port = first.Address.Port!.Value }));
        Assert.StartsWith($"Cannot listen on 127.0.0.1:{first.Address.Port}: ", failure.Message);
    }
}
