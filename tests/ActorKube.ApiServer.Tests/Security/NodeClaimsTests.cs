using ActorKube.ApiServer.Security.Nodes;
using ActorKube.ApiServer.Tests.Fakes;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging.Abstractions;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class NodeClaimsTests : IAsyncLifetime
{
    private static readonly AgentIdentity First = new("first", 1);
    private static readonly AgentIdentity FirstAgain = new("first", 2);
    private static readonly AgentIdentity Second = new("second", 3);
    private static readonly ObjectAddress Lease = new(WellKnownResources.Leases, "kube-node-lease", "n1");
    private readonly PipelineBench _bench = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    public ValueTask InitializeAsync() => new(_bench.Client.CreateAsync(new ObjectAddress(Namespaces, "", ""), Bytes("""{"metadata":{"name":"kube-node-lease"}}""")).AsTask());

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    [Fact]
    public async Task A_second_agent_is_told_who_has_the_node_and_what_to_do()
    {
        var server = Server();
        Assert.Null((await server.ClaimAsync("n1", First, default)).Refusal);
        await _bench.Client.CreateAsync(new ObjectAddress(WellKnownResources.Nodes, "", ""), Bytes("""{"metadata":{"name":"n1"},"status":{"addresses":[{"type":"InternalIP","address":"10.0.0.7"}]}}"""));
        await RefusedAsync(server, heard: 0);
        _bench.Time.Advance(TimeSpan.FromSeconds(4));
        var refusal = (await server.ClaimAsync("n1", Second, default)).Refusal!;
        Assert.Equal(
            "Node \"n1\" is run by another agent at 10.0.0.7, heard of 4 s ago: stop that one, or give this one a name of its own with --node-name. If that agent is gone for good, try again in 36 s.",
            refusal.ToString());
        Assert.Equal("first.1", (await _bench.Client.GetAsync(Lease)).Head.Labels[AgentIdentity.Label]);
    }

    [Fact]
    public async Task The_node_of_an_agent_that_renews_no_more_goes_to_the_next_and_the_former_one_is_told()
    {
        var server = Server();
        var former = await server.ClaimAsync("n1", First, default);
        await RefusedAsync(server, heard: 0);
        _bench.Time.Advance(TimeSpan.FromSeconds(39));
        await RenewAsync();
        await RefusedAsync(server, heard: 0);
        _bench.Time.Advance(TimeSpan.FromSeconds(40));
        Assert.Null((await server.ClaimAsync("n1", Second, default)).Refusal);
        await RefusedAsync(server, heard: 0, who: FirstAgain);
        Assert.Contains("taken over by another agent", server.Loss("n1", First, former));
    }

    [Fact]
    public async Task An_agent_that_starts_anew_has_its_node_at_once_and_its_former_life_is_told()
    {
        var server = Server();
        var former = await server.ClaimAsync("n1", First, default);
        var present = await server.ClaimAsync("n1", FirstAgain, default);
        Assert.Null(present.Refusal);
        await RefusedAsync(server, heard: 0);
        Assert.Contains("another process with this agent's keys", server.Loss("n1", First, former));
        Assert.Null(server.Loss("n1", FirstAgain, present));
    }

    [Fact]
    public async Task A_claim_of_a_former_life_that_comes_late_takes_nothing_from_the_present_one()
    {
        var server = Server();
        var present = await server.ClaimAsync("n1", FirstAgain, default);
        await RefusedAsync(server, heard: 0);
        _bench.Time.Advance(TimeSpan.FromSeconds(3));
        var late = await server.ClaimAsync("n1", First, default);
        Assert.Equal("Node \"n1\" is run by a later start of this agent, heard of 3 s ago", late.Refusal?.Fact);
        await RefusedAsync(server, heard: 3);
        Assert.Null(server.Loss("n1", FirstAgain, present));
    }

    [Fact]
    public async Task An_agent_that_has_lost_count_of_its_lives_waits_as_for_a_dead_agent()
    {
        var server = Server();
        await server.ClaimAsync("n1", FirstAgain, default);
        await RefusedAsync(server, heard: 0);
        _bench.Time.Advance(TimeSpan.FromSeconds(40));
        Assert.Null((await server.ClaimAsync("n1", First, default)).Refusal);
    }

    [Fact]
    public async Task Joining_or_renewing_takes_nothing_from_the_life_that_runs()
    {
        var server = Server();
        var present = await server.ClaimAsync("n1", First, default);
        Assert.Equal(present, await server.ClaimAsync("n1", First with { Incarnation = 0 }, default));
    }

    [Fact]
    public async Task Of_two_at_once_at_two_servers_one_gets_the_node()
    {
        var (here, there) = (Server(), Server());
        NodeClaim? faster = null;
        _bench.Store.BeforeWrite = async (resource, _) =>
        {
            if (resource.Resource != Lease.Resource.Resource)
                return;
            _bench.Store.BeforeWrite = null;
            faster = await there.ClaimAsync("n1", Second, default);
        };
        var slower = await here.ClaimAsync("n1", First, default);
        Assert.Null(faster!.Refusal);
        Assert.NotNull(slower.Refusal);
    }

    [Fact]
    public async Task Of_two_at_once_who_find_a_dead_agent_one_gets_the_node()
    {
        var (here, there) = (Server(), Server());
        await here.ClaimAsync("n1", new AgentIdentity("dead", 1), default);
        await RefusedAsync(here, heard: 0);
        await RefusedAsync(there, heard: 0);
        _bench.Time.Advance(TimeSpan.FromSeconds(40));
        NodeClaim? faster = null;
        _bench.Store.BeforeWrite = async (_, _) =>
        {
            _bench.Store.BeforeWrite = null;
            faster = await there.ClaimAsync("n1", Second, default);
        };
        var slower = await here.ClaimAsync("n1", First, default);
        Assert.Null(faster!.Refusal);
        Assert.NotNull(slower.Refusal);
    }

    [Fact]
    public async Task A_server_that_has_just_started_takes_no_agent_for_dead()
    {
        await Server().ClaimAsync("n1", First, default);
        _bench.Time.Advance(TimeSpan.FromHours(1));
        var later = Server();
        await RefusedAsync(later, heard: 0);
        _bench.Time.Advance(TimeSpan.FromSeconds(40));
        Assert.Null((await later.ClaimAsync("n1", Second, default)).Refusal);
    }

    [Fact]
    public async Task A_lease_of_an_agent_that_said_nothing_of_itself_is_taken()
    {
        await _bench.Client.CreateAsync(Lease with { Name = "" }, Bytes("""{"metadata":{"name":"n1","namespace":"kube-node-lease"},"spec":{"holderIdentity":"n1"}}"""));
        Assert.Null((await Server().ClaimAsync("n1", First, default)).Refusal);
        Assert.Equal("first.1", (await _bench.Client.GetAsync(Lease)).Head.Labels[AgentIdentity.Label]);
    }

    [Fact]
    public async Task The_lease_of_an_agent_that_never_registers_its_node_goes_when_the_agent_counts_as_dead()
    {
        var server = Server();
        await server.ClaimAsync("n1", First, default);
        await RefusedAsync(server, heard: 0);
        _bench.Time.Advance(TimeSpan.FromSeconds(39));
        await Sweep(server);
        await RefusedAsync(server, heard: 39);
        _bench.Time.Advance(TimeSpan.FromSeconds(1));
        await Sweep(server);
        Assert.Null(await _bench.Client.FindAsync(Lease, default));
        Assert.Null((await server.ClaimAsync("n1", Second, default)).Refusal);
    }

    [Theory]
    [InlineData("""{"apiVersion":"coordination.k8s.io/v1","metadata":{"name":"n1","labels":{"actorkube.io/agent":"first.1"},"ownerReferences":[{"apiVersion":"v1","kind":"Node","name":"n1","uid":"u"}]}}""", false)]
    [InlineData("""{"apiVersion":"coordination.k8s.io/v1","metadata":{"name":"n1"},"spec":{"holderIdentity":"n1"}}""", false)]
    [InlineData("""{"apiVersion":"coordination.k8s.io/v1","metadata":{"name":"n1","labels":{"actorkube.io/agent":"first.1"}}}""", true)]
    public async Task Other_leases_stay(string lease, bool isRegistered)
    {
        var server = Server();
        await _bench.Client.CreateAsync(Lease with { Name = "" }, Bytes(lease));
        if (isRegistered)
            await _bench.Client.CreateAsync(new ObjectAddress(WellKnownResources.Nodes, "", ""), Bytes("""{"metadata":{"name":"n1"}}"""));
        await server.ClaimAsync("other", Second, default);
        Assert.NotNull((await server.ClaimAsync("other", First, default)).Refusal);
        _bench.Time.Advance(TimeSpan.FromHours(1));
        await Sweep(server);
        Assert.NotNull(await _bench.Client.FindAsync(Lease, default));
        Assert.Null(await _bench.Client.FindAsync(Lease with { Name = "other" }, default));
    }

    [Fact]
    public async Task The_lease_of_an_agent_that_comes_back_at_the_last_moment_stays()
    {
        var server = Server();
        await server.ClaimAsync("n1", First, default);
        await RefusedAsync(server, heard: 0);
        _bench.Time.Advance(TimeSpan.FromSeconds(40));
        _bench.Store.BeforeWrite = async (_, _) =>
        {
            _bench.Store.BeforeWrite = null;
            Assert.Null((await server.ClaimAsync("n1", FirstAgain, default)).Refusal);
        };
        await Sweep(server);
        Assert.Equal("first.2", (await _bench.Client.GetAsync(Lease)).Head.Labels[AgentIdentity.Label]);
    }

    // Waits until the server has seen the lease as it is, too.
    private static async Task RefusedAsync(NodeClaims server, int heard, AgentIdentity? who = null) =>
        Assert.Contains($"heard of {heard} s ago", (await server.ClaimAsync("n1", who ?? Second, default)).Refusal?.Fact);

    private async Task RenewAsync() => await _bench.Client.PatchAsync(Lease, PatchType.Merge, Bytes("""{"spec":{"leaseDurationSeconds":40,"renewTime":"2001-02-03T04:05:06.000000Z"}}"""));

    private Task Sweep(NodeClaims server) => new AbandonedLeases(server, _bench.Client, _bench.Time, NullLogger.Instance).SweepAsync(default);

    private NodeClaims Server()
    {
        var server = new NodeClaims(_bench.Store, ResourceId.RootWorkspace, _bench.Client, _bench.Time, NullLogger.Instance);
        _running.Add(server.RunAsync(_stop.Token));
        return server;
    }
}
