using ActorKube.EndToEnd.Tests.Processes;
using ActorKube.EndToEnd.Tests.Workload;
using ActorKube.Machinery.Client;
using ActorKube.Testing.PostgreSql;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>
/// A server leaves in peace while what one of its controllers has sent to another server is on its way: of the pods that were to go, one is gone and the others wait for the journal. Nothing is wrong with anybody, so nothing but
/// the end of its tenure keeps the successor from deciding before that has happened, by what it sees, and having others go besides (ADR 0179).
/// </summary>
[Trait("needs", "postgresql")]
[Collection(SeveralServers.Name)]
public sealed class LeavingServer(PostgreSqlServer postgres, ITestOutputHelper output)
{
    private const int Before = 20;
    private const int After = 8;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    // Both rank the pods that they give up by how many are on each node.
    private static readonly (string Controller, string Kind)[] Candidates = [("replicaset-controller", "ReplicaSet"), ("replicationcontroller-controller", "ReplicationController")];

    [Fact]
    public async Task What_a_controller_had_on_its_way_when_its_server_left_happens_before_its_successor_decides()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        using var limit = new CancellationTokenSource(Limit);
        var database = await postgres.NewDatabase();
        await using var cluster = await ServerCluster.StartAsync(database, 3);
        try
        {
            await RunAsync(cluster, database, limit.Token);
        }
        catch
        {
            output.WriteLine(cluster.Story);
            throw;
        }
    }

    private static async Task RunAsync(ServerCluster cluster, string database, CancellationToken limit)
    {
        await cluster.StartAgentAsync("n1");
        await cluster.StartAgentAsync("n2");
        var owner = await cluster.HostOfAsync("pods");
        var (controller, kind, leaving) = await ElsewhereAsync(cluster, owner);
        await owner.Kubectl.UntilAsync("get", "node", "n1", "n2");
        await owner.Kubectl.RunAsync("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s");
        using var client = owner.Client();
        var checker = new WatchChecker($"{owner.Address}", WellKnownResources.Pods, client);
        var last = new TaskCompletionSource<long>();
        var goes = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        checker.OnEvent = change =>
        {
            if (change.Object?.Head.Deleted is not null)
                goes.TrySetResult();
        };
        var checking = Task.Run(() => checker.RunAsync(last.Task, limit), limit);
        await checker.Listed.WaitAsync(limit);
        await owner.Kubectl.RunWithInputAsync(Replicas(kind), "create", "-f", "-");
        await owner.Kubectl.RunAsync("wait", $"{kind}/web", $"--for=jsonpath={{.status.readyReplicas}}={Before}", "--timeout=60s");

        await using (var held = await HeldRows.HoldAsync(database, "root//pods"))
        {
            await owner.Kubectl.RunAsync("scale", $"{kind}/web", $"--replicas={After}");
            await goes.Task.WaitAsync(limit);
            Assert.Equal(0, await leaving.InterruptAsync());
            await SucceededAsync(owner, controller, limit);
            await held.LetGoAsync();
        }

        await owner.Kubectl.UntilAsync("wait", $"{kind}/web", $"--for=jsonpath={{.status.readyReplicas}}={After}", "--timeout=30s");
        await owner.Kubectl.UntilAsync("wait", "pod", "-l", "app=web", "--for=jsonpath={.status.phase}=Running", "--timeout=30s");
        last.SetResult((await client.CreateAsync(new ObjectAddress(WellKnownResources.Pods, CountedObjects.Namespace, ""), CountedObjects.New("last", isPod: true), null, limit)).Revision);
        await checking;
        Assert.Equal((Before, Before - After), (Count(checker, "Added"), Count(checker, "Deleted")));
    }

    // What leaves must not take the owner of the pods along.
    private static async Task<(string Controller, string Kind, ServerNode Host)> ElsewhereAsync(ServerCluster cluster, ServerNode owner)
    {
        foreach (var (controller, kind) in Candidates)
            if (await cluster.HostOfAsync(controller) is var host && host != owner)
                return (controller, kind, host);
        Assert.Skip("All of the controllers happen to be where the pods are.");
        throw new InvalidOperationException("Skipped.");
    }

    /// <summary>Completes when the successor works, or has said several times that it cannot begin yet.</summary>
    private static async Task SucceededAsync(ServerNode server, string controller, CancellationToken limit)
    {
        for (var waits = 0; waits < 3;)
        {
            limit.ThrowIfCancellationRequested();
            if ((await server.HostedAsync()).Contains(controller))
                return;
            var told = await server.Kubectl.RunAsync("get", "componentstatus", "controller-manager", "-o", "jsonpath={.conditions[0].message}{.conditions[0].error}");
            waits = told.Contains(controller, StringComparison.Ordinal) ? waits + 1 : 0;
        }
    }

    private static int Count(WatchChecker checker, string type) => checker.Story.Count(e => e.StartsWith($"{type} default/web-", StringComparison.Ordinal));

    private static string Replicas(string kind) => $$"""
        { "apiVersion": "{{(kind == "ReplicaSet" ? "apps/v1" : "v1")}}", "kind": "{{kind}}", "metadata": { "name": "web" },
          "spec": { "replicas": {{Before}}, "selector": {{(kind == "ReplicaSet" ? """{ "matchLabels": { "app": "web" } }""" : """{ "app": "web" }""")}},
            "template": { "metadata": { "labels": { "app": "web" } }, "spec": { "containers": [ { "name": "c", "image": "busybox" } ] } } } }
        """;
}
