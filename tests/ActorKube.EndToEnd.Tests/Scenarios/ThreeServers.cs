using System.Diagnostics;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.EndToEnd.Tests.Processes;
using ActorKube.EndToEnd.Tests.Workload;
using ActorKube.Machinery.Client;
using ActorKube.Testing.PostgreSql;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Three servers with their journal in PostgreSQL and two agents, with the shipped settings. Servers are killed while writers and watchers work through the others.</summary>
[Trait("needs", "postgresql")]
[Collection(SeveralServers.Name)]
public sealed class ThreeServers(PostgreSqlServer postgres, ITestOutputHelper output)
{
    // The promise. One of two rounds may be held up by something else that the machine is busy with, but not both, and not without end.
    private static readonly TimeSpan OutageLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestOutage = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan RoundLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan ProbePatience = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task The_death_of_the_server_that_hosts_pods_and_of_the_one_that_schedules_is_survived()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        await using var cluster = await ServerCluster.StartAsync(await postgres.NewDatabase(), 3);
        await cluster.StartAgentAsync("n1");
        await cluster.StartAgentAsync("n2", attached: true);
        await PrepareAsync(cluster.Servers[0]);
        foreach (var server in cluster.Servers)
            Assert.NotEmpty(await server.HostedAsync());
        try
        {
            var host = await cluster.HostOfAsync("pods");
            var first = await RoundAsync(cluster, host);
            host.Start();
            await host.ReadyAsync();
            await PublishedAsync(cluster, cluster.Servers);
            var second = await RoundAsync(cluster, await cluster.HostOfAsync("kube-scheduler"));
            Assert.True(first <= OutageLimit || second <= OutageLimit, $"Pods could not be written for {first.TotalSeconds:0.0} s and for {second.TotalSeconds:0.0} s.");
        }
        catch
        {
            output.WriteLine(cluster.Story);
            throw;
        }
    }

    [Fact]
    public async Task After_all_servers_were_killed_they_find_each_other_again_in_any_order()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        await using var cluster = await ServerCluster.StartAsync(await postgres.NewDatabase(), 3);
        var agent = await cluster.StartAgentAsync("n1");
        await cluster.Servers[0].Kubectl.RunAsync("create", "configmap", "kept", "--from-literal=a=b");
        await Task.WhenAll(cluster.Servers.Select(s => s.KillAsync()));

        // The last to join is the first to come back: the server that it had joined is not there.
        foreach (var server in cluster.Servers.Reverse())
        {
            server.Start();
            await server.ReadyAsync();
            Assert.Equal("b", await server.Kubectl.RunAsync("get", "configmap", "kept", "-o", "jsonpath={.data.a}"));
        }
        await PublishedAsync(cluster, cluster.Servers);
        await cluster.Servers[0].Kubectl.RunAsync("create", "deployment", "web", "--image=busybox");
        await cluster.Servers[1].Kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        Assert.DoesNotContain("Stopping", agent.Output);
        // Whatever server the agent tells what it uses, each of them knows.
        foreach (var server in cluster.Servers)
        {
            await server.Kubectl.UntilAsync("top", "node", "n1");
            await server.Kubectl.UntilAsync("top", "pod", "-l", "app=web");
        }

        Assert.Equal(0, await cluster.Servers[1].InterruptAsync());
        await PublishedAsync(cluster, [cluster.Servers[0], cluster.Servers[2]]);
    }

    [Fact]
    public async Task A_server_that_was_out_of_reach_is_replaced_shows_nothing_stale_and_joins_again()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        await using var cluster = await ServerCluster.StartAsync(await postgres.NewDatabase(), 3);
        await cluster.Servers[0].Kubectl.RunAsync("create", "configmap", "shared", "--from-literal=a=old");
        var host = await cluster.HostOfAsync("configmaps");
        await host.HoldAsync();
        var other = cluster.Running.First();
        await other.Kubectl.UntilAsync("patch", "configmap", "shared", "--type=merge", "-p", """{"data":{"a":"new"}}""", "--request-timeout=5s");
        await host.LetGoAsync();

        // It believes to own the object, until it asks the journal.
        Assert.Equal("new", await host.Kubectl.UntilAsync("get", "configmap", "shared", "-o", "jsonpath={.data.a}", "--request-timeout=5s"));
        await host.SaysAsync("not a member of the cluster any more");
        await PublishedAsync(cluster, cluster.Servers);
        await host.Kubectl.UntilAsync("create", "configmap", "later", "--request-timeout=5s");
    }

    private static async Task PrepareAsync(ServerNode server)
    {
        await server.Kubectl.UntilAsync("get", "node", "n1", "n2");
        await server.Kubectl.RunAsync("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s");
        using var client = server.Client();
        foreach (var address in CountedObjects.All)
            await CreateAsync(client, address.Resource, address.Name, default);
        await server.Kubectl.RunAsync("create", "deployment", "web", "--image=busybox", "--replicas=3");
        await server.Kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
    }

    /// <summary>Kills a server under load and checks everything the survivors say, from before its death until all is well again.</summary>
    /// <returns>How long no pod could be written.</returns>
    private async Task<TimeSpan> RoundAsync(ServerCluster cluster, ServerNode victim)
    {
        using var limit = new CancellationTokenSource(RoundLimit);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var survivors = cluster.Running.Where(s => s != victim).ToArray();
        var clients = survivors.Select(s => s.Client()).ToArray();
        using var doomed = victim.Client();
        var last = new Dictionary<GroupVersionResource, TaskCompletionSource<long>> { [WellKnownResources.Pods] = new(), [WellKnownResources.ConfigMaps] = new() };
        var round = Guid.NewGuid().ToString()[..4];
        var writers = clients.SelectMany((c, i) => new[] { new CountingWriter($"{round}-{i}a", c), new CountingWriter($"{round}-{i}b", c) }).Append(new CountingWriter($"{round}-doomed", doomed)).ToArray();
        var checkers = survivors.Zip(clients).SelectMany(s => last.Keys.Select(r => (Resource: r, Checker: new WatchChecker($"{s.Item1.Address}", r, s.Item2)))).ToArray();
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var checking = checkers.Select(c => ReportAsync(Task.Run(() => c.Checker.RunAsync(last[c.Resource].Task, limit.Token)), failed)).ToArray();
        await Task.WhenAll(checkers.Select(c => c.Checker.Listed)).WaitAsync(limit.Token);
        using var death = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var started = writers.Select(w => w.ReachedAsync(10)).ToArray();
        var writing = writers.Select(w => ReportAsync(Task.Run(() => w.RunAsync(w == writers[^1] ? death.Token : stop.Token)), failed)).ToArray();
        await await Task.WhenAny(Task.WhenAll(started), failed.Task).WaitAsync(limit.Token);

        var clock = Stopwatch.StartNew();
        await victim.KillAsync();
        await death.CancelAsync();
        var scaled = ScaleAsync(survivors[^1]);
        var outage = await ProbeAsync(clients[0], round, clock, limit.Token);
        await scaled;
        await await Task.WhenAny(Task.WhenAll(writers[..^1].Select(w => w.ReachedAsync(w.Acknowledged + 10))), failed.Task).WaitAsync(limit.Token);
        await stop.CancelAsync();
        await Task.WhenAll(writing);

        foreach (var address in CountedObjects.All)
            foreach (var client in clients)
            {
                var item = await client.GetAsync(address, null, limit.Token);
                foreach (var writer in writers)
                    writer.Check(address, item);
            }
        foreach (var (resource, seen) in last)
            seen.SetResult((await CreateAsync(clients[0], resource, $"last-{round}", limit.Token)).Revision);
        await Task.WhenAll(checking);
        foreach (var address in CountedObjects.All)
            Assert.Single(checkers.Where(c => c.Resource == address.Resource).Select(c => c.Checker.RevisionOf(new ObjectKey(address.Namespace, address.Name))).Distinct());
        foreach (var same in checkers.GroupBy(c => c.Resource))
            same.First().Checker.CompareOrder(same.Last().Checker);
        await PublishedAsync(cluster, survivors);
        output.WriteLine($"killed {victim.Address}: first write of a pod after {outage.TotalSeconds:0.0} s; {writers.Sum(w => w.Acknowledged)} writes acknowledged; "
            + $"refused {string.Join(", ", writers.SelectMany(w => w.Refusals).GroupBy(r => r.Key).Select(g => $"{g.Key}: {g.Sum(r => r.Value)}"))}; "
            + $"watches: {string.Join(", ", checkers.Select(c => $"{c.Resource.Plural} {c.Checker.Events} events, resumed {c.Checker.Resumed}, listed again {c.Checker.ListedAgain}"))}");
        Assert.True(outage <= LongestOutage, $"Pods could not be written for {outage.TotalSeconds:0.0} s.");
        foreach (var client in clients)
            client.Dispose();
        return outage;
    }

    /// <summary>How long after the kill the first pod was created.</summary>
    private static async Task<TimeSpan> ProbeAsync(IResourceClient client, string round, Stopwatch clock, CancellationToken limit)
    {
        for (var attempt = 0; ; attempt++)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(limit);
            patience.CancelAfter(ProbePatience);
            try
            {
                await CreateAsync(client, WellKnownResources.Pods, $"probe-{round}-{attempt}", patience.Token);
                return clock.Elapsed;
            }
            catch (ApiException refused) when (refused.Status.Code is 429 or 503 or 504)
            {
                // Again.
            }
            catch (OperationCanceledException) when (!limit.IsCancellationRequested)
            {
                // The client's patience was over: again.
            }
        }
    }

    /// <summary>A user scales a deployment while the server dies, and waits for it.</summary>
    private static async Task ScaleAsync(ServerNode server)
    {
        await server.Kubectl.UntilAsync("scale", "deployment/web", "--replicas=6", "--request-timeout=5s");
        await server.Kubectl.UntilAsync("rollout", "status", "deployment/web", "--timeout=60s");
        await server.Kubectl.UntilAsync("scale", "deployment/web", "--replicas=3", "--request-timeout=5s");
        await server.Kubectl.UntilAsync("rollout", "status", "deployment/web", "--timeout=60s");
    }

    /// <summary>Completes when exactly these servers stand behind the <c>kubernetes</c> service.</summary>
    private static async Task PublishedAsync(ServerCluster cluster, IEnumerable<ServerNode> servers)
    {
        var expected = string.Join(' ', servers.Select(s => $"{s.Address}").Order(StringComparer.Ordinal));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var found = ""; found != expected;)
        {
            Assert.False(limit.IsCancellationRequested, $"The kubernetes service has {found} behind it, not {expected}.");
            found = await cluster.Running.First().Kubectl.UntilAsync("get", "endpoints", "kubernetes", "-o", "jsonpath={.subsets[0].addresses[*].ip}");
        }
    }

    private static ValueTask<StoredObject> CreateAsync(IResourceClient client, GroupVersionResource resource, string name, CancellationToken cancel) => client.CreateAsync(
        ObjectAddress.Of(resource, new ObjectKey(CountedObjects.Namespace, name)) with { Name = "" }, CountedObjects.New(name, isPod: resource == WellKnownResources.Pods), null, cancel);

    /// <summary>Works, and reports a failure at once to whoever waits for something else.</summary>
    private static async Task ReportAsync(Task work, TaskCompletionSource failed)
    {
        try
        {
            await work;
        }
        catch (Exception failure)
        {
            failed.TrySetException(failure);
            throw;
        }
    }
}
