using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Testing.Fakes;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using static ActorKube.Controllers.Actors.ControllerProtocol;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

/// <summary>The whole of it in one process: shard region, keeper, serializer, every controller, against the API server in memory.</summary>
public sealed class HostTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ActorSystem _system = ActorSystem.Create("host", ConfigurationFactory.ParseString("""
        akka {
          loglevel = WARNING
          actor.provider = cluster
          actor.serialize-messages = off
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          cluster.roles = [control-plane]
          persistence.journal.plugin = "akka.persistence.journal.inmem"
          persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
          log-dead-letters = off
        }
        """).WithFallback(ControllerHost.Serialization).WithFallback(ClusterSharding.DefaultConfig()));

    private readonly MemoryCluster _cluster = new(TimeProvider.System);
    private ControllerHost? _host;

    public async ValueTask InitializeAsync()
    {
        var cluster = Cluster.Get(_system);
        var up = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        cluster.RegisterOnMemberUp(() => up.TrySetResult());
        cluster.Join(cluster.SelfAddress);
        await up.Task.WaitAsync(Patience);
        var catalog = new FixedCatalog().Serve("Pod", Pods).Serve("ReplicaSet", ReplicaSets).Serve("Deployment", Deployments).Serve("ConfigMap", ConfigMaps).Serve("ServiceAccount", ServiceAccounts);
        var names = 0;
        _host = ControllerHost.Start(_system, new ControllerServices
        {
            ClientFor = _ => _cluster,
            Catalog = catalog,
            RootCa = "PEM",
            Keys = Signing.Keys,
            Time = TimeProvider.System,
            UniqueSuffix = () => $"{Interlocked.Increment(ref names):x}",
            Random = () => 0.5,
        }, ControllersOptions.From(ConfigurationFactory.ParseString("actorkube.controllers.keep-alive-interval = 200ms")));
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        await _host!.DisposeAsync();
    }

    [Fact]
    public async Task A_deployment_becomes_pods_and_every_controller_tells_why_also_after_it_was_stopped()
    {
        _cluster.Create(Deployments, $$$"""{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"namespace":"default","name":"web"},"spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},"template":{{{Manifests.Template("web")}}}}}""");
        var first = await DecisionsAsync("replicaset-controller", d => d.Decisions.Any(x => x.Writes.Count(w => w.Resource == "pods") == 3));
        Assert.Equal(3, _cluster[Pods].All.Count);
        var above = await DecisionsAsync("deployment-controller", d => d.Decisions.Length > 0);
        Assert.Contains(above.Decisions, d => d.Reasons.Any(r => r.StartsWith("has no replica set for its template", StringComparison.Ordinal)));
        Assert.NotEmpty(first.Decisions);

        _system.ActorSelection("/system/sharding/controllers/*/*").Tell(PoisonPill.Instance);
        _cluster.Change(Deployments, "default", "web", d => d["spec"]!["replicas"] = 5);
        await DecisionsAsync("replicaset-controller", _ => _cluster[Pods].All.Count == 5);
    }

    private async Task<DecisionsRead> DecisionsAsync(string controller, Func<DecisionsRead, bool> until)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            try
            {
                var read = await _host!.Region.Ask<DecisionsRead>(new ReadDecisions(IdOf("root", controller), null, null), TimeSpan.FromSeconds(1));
                if (until(read))
                    return read;
            }
            catch (AskTimeoutException)
            {
                // The question came to an entity that was just ending, and went down with it.
            }
        }
    }
}
