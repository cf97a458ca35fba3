using ActorKube.Controllers.Shell;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Client;
using ActorKube.Testing.Fakes;
using ActorKube.Testing.Faults;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Persistence;
using static ActorKube.Controllers.Actors.ControllerProtocol;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

/// <summary>The whole of it in one process: shard region, keeper, serializer, every controller, against the API server in memory.</summary>
public sealed class HostTests
{
    private const string Sets = "replicaset-controller";

    private readonly MemoryCluster _cluster = new(TimeProvider.System);

    [Fact]
    public async Task A_deployment_becomes_pods_and_every_controller_tells_why_also_after_it_was_stopped()
    {
        var catalog = new FixedCatalog().Serve("Pod", Pods).Serve("ReplicaSet", ReplicaSets).Serve("Deployment", Deployments).Serve("ConfigMap", ConfigMaps).Serve("ServiceAccount", ServiceAccounts);
        await using var hosted = await HostedControllers.StartAsync(_cluster, catalog, "actorkube.controllers.keep-alive-interval = 200ms");
        _cluster.Create(Deployments, $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"namespace":"default","name":"web"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},"template":{{{Manifests.Template("web")}}}}}""");
        var first = await hosted.DecisionsAsync(Sets, d => d.Decisions.Any(x => x.Writes.Count(w => w.Resource == "pods") == 3));
        Assert.Equal(3, _cluster[Pods].All.Count);
        var above = await hosted.DecisionsAsync("deployment-controller", d => d.Decisions.Length > 0);
        Assert.Contains(above.Decisions, d => d.Reasons.Any(r => r.StartsWith("has no replica set for its template", StringComparison.Ordinal)));
        Assert.NotEmpty(first.Decisions);

        hosted.System.ActorSelection("/system/sharding/controllers/*/*").Tell(PoisonPill.Instance);
        _cluster.Change(Deployments, "default", "web", d => d["spec"]!["replicas"] = 5);
        await hosted.DecisionsAsync(Sets, _ => _cluster[Pods].All.Count == 5);
    }

    [Fact]
    public async Task What_a_controller_has_decided_is_in_the_journal_before_its_shard_moves()
    {
        var faults = new JournalFaults { Patience = HostedControllers.Patience };
        var catalog = new WatchedCatalog(new FixedCatalog().Serve("Pod", Pods).Serve("ReplicaSet", ReplicaSets));
        await using var hosted = await HostedControllers.StartAsync(_cluster, catalog,
            $$"""actorkube.controllers { enabled = ["{{Sets}}"], journal-plugin = "{{JournalFaults.PluginId}}", shell.snapshot-every = 1000000 }""",
            ConfigurationFactory.ParseString("""akka.persistence.journal.plugin = "akka.persistence.journal.inmem" """).WithFallback(faults.Settings), faults);
        var held = faults.Hold(1);
        foreach (var name in (string[])["a", "b", "c"])
            _cluster.Create(ReplicaSets, Manifests.ReplicaSet(name, 2));
        await held.Reached.WaitAsync(HostedControllers.Patience);
        // Asked through the controller's mailbox: what it has counted it has handed to its journal, which is busy with the first.
        await hosted.DecisionsAsync(Sets, _ => hosted.Host.Metrics().Contains($"actorkube_controller_turns_total{{name=\"{Sets}\",result=\"done\"}} 6", StringComparison.Ordinal));

        hosted.Host.Region.Tell(GracefulShutdown.Instance);
        await catalog.Left.WaitAsync(HostedControllers.Patience);
        held.LetGo();
        using var limit = new CancellationTokenSource(HostedControllers.Patience);
        while (await JournalAsync(hosted.System) is { } written && !written.SetEquals(["a", "b", "c"]))
            Assert.False(limit.IsCancellationRequested, $"The journal has only {string.Join(", ", written)}.");
    }

    [Fact]
    public async Task When_a_process_is_gone_controllers_that_went_with_it_do_not_wait_for_the_next_round()
    {
        var catalog = new WatchedCatalog(new FixedCatalog().Serve("Pod", Pods).Serve("ReplicaSet", ReplicaSets));
        await using var hosted = await HostedControllers.StartAsync(_cluster, catalog, $$"""actorkube.controllers { enabled = ["{{Sets}}"], keep-alive-interval = 1h }""");
        await hosted.DecisionsAsync(Sets, _ => hosted.Host.Working.Count == 1);
        hosted.System.ActorSelection("/system/sharding/controllers/*/*").Tell(PoisonPill.Instance);
        await catalog.Left.WaitAsync(HostedControllers.Patience);

        var works = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _cluster.Fault = (verb, address) =>
        {
            if (verb == "create" && address.Resource == Pods)
                works.TrySetResult();
            return null;
        };
        _cluster.Create(ReplicaSets, Manifests.ReplicaSet("a", 1));
        await hosted.ComeAndGoAsync();
        await works.Task.WaitAsync(HostedControllers.Patience);
    }

    /// <summary>The sets of which the journal says that pods were made for them.</summary>
    private static async Task<HashSet<string>> JournalAsync(ActorSystem system)
    {
        var journal = Persistence.Instance.Apply(system).JournalFor(JournalFaults.PluginId);
        var names = new HashSet<string>();
        using var inbox = Inbox.Create(system);
        journal.Tell(new ReplayMessages(1, long.MaxValue, long.MaxValue, IdOf("root", Sets), inbox.Receiver));
        while (await inbox.ReceiveAsync(HostedControllers.Patience) is ReplayedMessage replayed)
            if (replayed.Persistent.Payload is WorkFinished { Decision: { } decision } && decision.Writes.Any(w => w.Resource == "pods"))
                names.Add(decision.Key.Name);
        return names;
    }

    /// <summary>Tells when the last one who followed it has left.</summary>
    private sealed class WatchedCatalog(FixedCatalog catalog) : IResourceCatalog
    {
        private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Left => _left.Task;

        public IReadOnlyList<ServedResource> Current => catalog.Current;

        public IDisposable OnChange(Action changed) => new Follower(catalog.OnChange(changed), _left);

        private sealed class Follower(IDisposable follower, TaskCompletionSource left) : IDisposable
        {
            public void Dispose()
            {
                follower.Dispose();
                left.TrySetResult();
            }
        }
    }
}
