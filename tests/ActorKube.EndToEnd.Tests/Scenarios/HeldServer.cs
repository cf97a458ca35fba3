using ActorKube.EndToEnd.Tests.Processes;
using ActorKube.EndToEnd.Tests.Workload;
using ActorKube.Machinery.Client;
using ActorKube.Testing.PostgreSql;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>
/// A server is held in the middle of what its controllers do, and let go when they have long been begun elsewhere: it knows nothing of that, and goes on where it was. What it has not written yet happens once or never.
/// <para>Three things see to that, of which any would do: it was removed, and nobody listens to it; what it owned has another owner, whose numbers stand in the journal; and its controllers' tenures are over. What tenures alone keep from
/// happening is in <see cref="SucceededControllers"/> and <c>KilledWhileWritingTests</c>, which fail without them (ADR 0179).</para>
/// </summary>
[Trait("needs", "postgresql")]
[Collection(SeveralServers.Name)]
public sealed class HeldServer(PostgreSqlServer postgres, ITestOutputHelper output)
{
    private const int Completions = 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task Controllers_that_moved_from_a_held_server_do_nothing_twice_when_it_goes_on()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        using var limit = new CancellationTokenSource(Limit);
        await using var cluster = await ServerCluster.StartAsync(await postgres.NewDatabase(), 3);
        try
        {
            await RunAsync(cluster, limit.Token);
        }
        catch
        {
            output.WriteLine(cluster.Story);
            throw;
        }
    }

    private static async Task RunAsync(ServerCluster cluster, CancellationToken limit)
    {
        await cluster.StartAgentAsync("n1");
        await cluster.StartAgentAsync("n2", attached: true);
        var held = await cluster.HostOfAsync("replicaset-controller");
        var other = cluster.Running.First(s => s != held);
        await other.Kubectl.UntilAsync("get", "node", "n1", "n2");
        await other.Kubectl.RunAsync("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s");
        using var client = other.Client();
        var checker = new WatchChecker($"{other.Address}", WellKnownResources.Pods, client);
        var last = new TaskCompletionSource<long>();
        var checking = Task.Run(() => checker.RunAsync(last.Task, limit), limit);
        await checker.Listed.WaitAsync(limit);

        await other.Kubectl.RunAsync("create", "deployment", "web", "--image=busybox", "--replicas=3");
        await other.Kubectl.RunAsync("rollout", "status", "deployment/web", "--timeout=60s");
        await other.Kubectl.RunWithInputAsync(Job, "create", "-f", "-");
        await other.Kubectl.RunAsync("scale", "deployment/web", "--replicas=40");
        await held.HoldAsync();

        var heir = await cluster.HostOfAsync("replicaset-controller");
        Assert.NotEqual(held.Address, heir.Address);
        await ScaledAsync(other, 60);
        await held.LetGoAsync();
        await ScaledAsync(other, 80);
        // What it shows comes from where the deployments are now: it has heard of the others again.
        await held.Kubectl.UntilAsync("get", "deployment", "web", "--request-timeout=5s");
        await ScaledAsync(other, 10);
        await other.Kubectl.UntilAsync("wait", "--for=condition=Complete", "job/sum", "--timeout=30s");

        last.SetResult((await client.CreateAsync(new ObjectAddress(WellKnownResources.Pods, CountedObjects.Namespace, ""), CountedObjects.New("last", isPod: true), null, limit)).Revision);
        await checking;
        Assert.Equal(0, checker.ListedAgain);
        Assert.Equal((80, 70, Completions), (Count(checker, "Added", "web"), Count(checker, "Deleted", "web"), Count(checker, "Added", "sum")));
    }

    /// <summary>Scales the deployment, and completes when there are as many pods as asked for, none of them on its way.</summary>
    private static async Task ScaledAsync(ServerNode server, int replicas)
    {
        await server.Kubectl.UntilAsync("scale", "deployment/web", $"--replicas={replicas}", "--request-timeout=5s");
        await server.Kubectl.UntilAsync("rollout", "status", "deployment/web", "--timeout=60s");
        using var limit = new CancellationTokenSource(Limit);
        for (var found = -1; found != replicas;)
        {
            Assert.False(limit.IsCancellationRequested, $"There are {found} pods, not {replicas}.");
            found = (await server.Kubectl.UntilAsync("get", "pods", "-l", "app=web", "-o", "name", "--request-timeout=5s")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;
        }
    }

    private static int Count(WatchChecker checker, string type, string app) => checker.Story.Count(e => e.StartsWith($"{type} default/{app}-", StringComparison.Ordinal));

    private static string Job => $$"""
        { "apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": "sum" },
          "spec": { "completions": {{Completions}}, "parallelism": 5,
            "template": { "spec": { "restartPolicy": "Never", "containers": [ { "name": "c", "image": "busybox", "command": [ "sleep", "1" ] } ] } } } }
        """;
}
