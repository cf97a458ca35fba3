using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Users;
using ActorKube.Controllers.Actors;
using ActorKube.EndToEnd.Tests.Processes;
using ActorKube.Hosting;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.NodeAgent.Hosting;
using ActorKube.Store.Hosting;
using ActorKube.Testing.Simulation.Faults;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>The real actors of a whole cluster in this process, one of the controllers killed every 200 ms. The simulation of the same goes through many more moments; this shows that the actors do as it says.</summary>
public sealed class ControllersKilled
{
    private const int Versions = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly GroupVersionResource[] Compared = [Deployments, ReplicaSets, StatefulSets, DaemonSets, ControllerRevisions, Jobs];
    private static readonly UserInfo Administrator = new("admin") { Groups = [WellKnownUsers.Masters, WellKnownUsers.Authenticated] };

    [Fact]
    public async Task A_cluster_whose_controllers_are_killed_all_the_time_comes_to_the_same_end()
    {
        var (calm, none) = await RunAsync(kill: false, expected: null);
        var (disturbed, kills) = await RunAsync(kill: true, calm);
        Assert.Equal(0, none);
        Assert.True(kills > 10, $"Only {kills} controllers were killed.");
        Assert.Equal(string.Join('\n', calm), string.Join('\n', disturbed));
    }

    private static async Task<(IReadOnlyList<string> State, int Kills)> RunAsync(bool kill, IReadOnlyList<string>? expected)
    {
        using var data = new TemporaryDirectory();
        using var limit = new CancellationTokenSource(Limit);
        var settings = ConfigurationFactory.ParseString("""
            actorkube.controllers.keep-alive-interval = 100ms
            akka.loglevel = OFF
            akka.stdout-loglevel = OFF
            """);
        await using var plane = await ControlPlane.StartAsync(
            new ControlPlaneOptions
            {
                PkiDirectory = Path.Combine(data.Path, "pki"), Journal = JournalChoice.InMemory, ApiPort = 0, Settings = settings, Loggers = NullLoggerFactory.Instance,
            },
            limit.Token);
        var runtime = await RuntimeChoice.MakeAsync(RuntimeKind.Simulated, NodeAgentConfig.Read(settings, "node-1", ["127.0.0.1"]), 2, limit.Token);
        await using var nodes = await LocalNodes.StartAsync(plane, 2, runtime, settings, NullLoggerFactory.Instance, limit.Token);
        var client = plane.Api.ClientOf(Administrator);
        await SeeAsync(client, Nodes, "", "node-2", static n => n.Items("spec", "taints").All(t => t.Text("key") != "node.kubernetes.io/not-ready"), limit.Token);

        using var over = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var killing = kill ? KillAsync(plane, over.Token) : Task.FromResult(0);
        await WorkAsync(client, limit.Token);
        await over.CancelAsync();
        var kills = await killing;
        // Nothing tells that a cluster has come to rest; the calm one has when all is as asked for, the other one when it shows the same.
        while (true)
        {
            var state = await EndState.ReadAsync(client, Compared);
            if (expected is null || limit.IsCancellationRequested || state.SequenceEqual(expected))
                return (state, kills);
        }
    }

    private static async Task WorkAsync(IResourceClient client, CancellationToken cancel)
    {
        foreach (var (resource, spec) in Manifests)
            await client.CreateAsync(new ObjectAddress(resource, "default", Name(resource)), Encoding.UTF8.GetBytes(spec), null, cancel);
        await SeeAsync(client, Deployments, "default", "web", static d => d.Number("status", "availableReplicas") == 4, cancel);
        await client.PatchAsync(new ObjectAddress(Deployments, "default", "web"), PatchType.Merge, """{ "spec": { "replicas": 6 } }"""u8.ToArray(), null, cancel);
        for (var version = 2; version <= Versions; version++)
            await RollAsync(client, $"web:{version}", cancel);
        await SeeAsync(client, Jobs, "default", "once", static j => j.Number("status", "succeeded") == 6 && j.Items("status", "conditions").Any(c => c.Text("type") == "Complete"), cancel);
    }

    private static async Task RollAsync(IResourceClient client, string image, CancellationToken cancel)
    {
        var patch = Encoding.UTF8.GetBytes($$"""{ "spec": { "template": { "spec": { "containers": [ { "name": "c", "image": "{{image}}" } ] } } } }""");
        foreach (var resource in (GroupVersionResource[])[Deployments, StatefulSets, DaemonSets])
            await client.PatchAsync(new ObjectAddress(resource, "default", "web"), PatchType.StrategicMerge, patch, null, cancel);
        await SeeAsync(client, Deployments, "default", "web", static d => IsObserved(d) && Counts(d, 6, "replicas", "updatedReplicas", "availableReplicas"), cancel);
        await SeeAsync(
            client, StatefulSets, "default", "web",
            static s => IsObserved(s) && Counts(s, 3, "replicas", "updatedReplicas", "availableReplicas") && s.Text("status", "currentRevision") == s.Text("status", "updateRevision"), cancel);
        await SeeAsync(client, DaemonSets, "default", "web", static d => IsObserved(d) && Counts(d, 2, "updatedNumberScheduled", "numberAvailable"), cancel);
    }

    private static async Task<int> KillAsync(ControlPlane plane, CancellationToken cancel)
    {
        var region = ClusterSharding.Get(plane.Cluster.System).ShardRegion(ControllerProtocol.Region);
        var random = new Random(1);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var kills = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                var state = await region.Ask<CurrentShardRegionState>(GetShardRegionState.Instance, Limit, cancel);
                var running = state.Shards.SelectMany(s => s.EntityIds.Select(e => (s.ShardId, Entity: e))).OrderBy(e => e.Entity, StringComparer.Ordinal).ToArray();
                if (running.Length == 0)
                    continue;
                var (shard, entity) = running[random.Next(running.Length)];
                plane.Cluster.System.ActorSelection($"/system/sharding/{ControllerProtocol.Region}/{shard}/{Uri.EscapeDataString(entity)}").Tell(Kill.Instance);
                kills++;
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The workload is done.
        }
        return kills;
    }

    private static async Task SeeAsync(IResourceClient client, GroupVersionResource resource, string ns, string name, Func<JsonObject, bool> holds, CancellationToken cancel)
    {
        var options = new WatchOptions { ResourceVersion = "0", FieldSelector = $"metadata.name={name}" };
        await foreach (var change in client.WatchAsync(resource, ns.Length > 0 ? ns : null, options, cancel))
            if (change.Object is { } item && holds(item.Edit()))
                return;
        Assert.Fail($"The watch of {name} ended.");
    }

    private static bool IsObserved(JsonObject item) => item.Number("status", "observedGeneration") == item.Number("metadata", "generation");

    private static bool Counts(JsonObject item, int count, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            if (item.Number("status", field) != count)
                return false;
        return true;
    }

    private static string Name(GroupVersionResource resource) => resource == Jobs ? "once" : "web";

    private static (GroupVersionResource, string)[] Manifests =>
    [
        (Deployments, Of("apps/v1", "Deployment", "web", "\"replicas\": 4,")),
        (StatefulSets, Of("apps/v1", "StatefulSet", "web", "\"replicas\": 3, \"serviceName\": \"web\",", "s")),
        (DaemonSets, Of("apps/v1", "DaemonSet", "web", "", "d")),
        (Jobs, """
            { "apiVersion": "batch/v1", "kind": "Job", "metadata": { "name": "once" },
              "spec": { "completions": 6, "parallelism": 2, "template": { "spec": { "restartPolicy": "Never", "containers": [ { "name": "c", "image": "job:1", "command": [ "sleep", "1" ] } ] } } } }
            """),
    ];

    private static string Of(string version, string kind, string name, string spec, string app = "web") => $$"""
        { "apiVersion": "{{version}}", "kind": "{{kind}}", "metadata": { "name": "{{name}}" },
          "spec": { {{spec}} "selector": { "matchLabels": { "app": "{{app}}" } },
            "template": { "metadata": { "labels": { "app": "{{app}}" } }, "spec": { "containers": [ { "name": "c", "image": "web:1" } ] } } } }
        """;
}
