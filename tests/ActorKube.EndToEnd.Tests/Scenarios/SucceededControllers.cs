using System.Collections.Immutable;
using ActorKube.Api.Users;
using ActorKube.EndToEnd.Tests.Processes;
using ActorKube.EndToEnd.Tests.Workload;
using ActorKube.Hosting;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.NodeAgent.Hosting;
using ActorKube.Store.Hosting;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Journal;
using Microsoft.Extensions.Logging.Abstractions;
using static ActorKube.Controllers.Actors.ControllerProtocol;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>
/// The real actors of a whole cluster in this process. A controller ends while what it has sent is on its way: of the pods that it has chosen to go, one is gone, and the journal is still busy with the others. Nothing but the end
/// of its tenure keeps its successor from choosing anew before that has happened, by how many are left on each node, and having others go besides (ADR 0179).
/// </summary>
public sealed class SucceededControllers
{
    private const int Before = 20;
    private const int After = 8;
    private const string Controller = "replicaset-controller";
    private const string Unconcerned = "serviceaccount-controller";
    private const int Lives = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly UserInfo Administrator = new("admin") { Groups = [WellKnownUsers.Masters, WellKnownUsers.Authenticated] };

    [Fact]
    public async Task What_a_controller_had_on_its_way_happens_before_its_successor_decides()
    {
        using var data = new TemporaryDirectory();
        using var limit = new CancellationTokenSource(Limit);
        var settings = ConfigurationFactory.ParseString($$"""
            actorkube.controllers.keep-alive-interval = 100ms
            akka { loglevel = OFF, stdout-loglevel = OFF }
            akka.persistence.journal.plugin = "akka.persistence.journal.busy"
            akka.persistence.journal.busy { class = "{{typeof(BusyJournal).AssemblyQualifiedName}}", plugin-dispatcher = "akka.actor.default-dispatcher", circuit-breaker.call-timeout = 1h }
            """);
        await using var plane = await ControlPlane.StartAsync(
            new ControlPlaneOptions { PkiDirectory = Path.Combine(data.Path, "pki"), Journal = JournalChoice.InMemory, ApiPort = 0, Settings = settings, Loggers = NullLoggerFactory.Instance }, limit.Token);
        var runtime = await RuntimeChoice.MakeAsync(RuntimeKind.Simulated, NodeAgentConfig.Read(settings, "node-1", ["127.0.0.1"]), 2, limit.Token);
        await using var nodes = await LocalNodes.StartAsync(plane, 2, runtime, settings, NullLoggerFactory.Instance, limit.Token);
        var client = plane.Api.ClientOf(Administrator);
        var checker = new WatchChecker("the server", Pods, client);
        var last = new TaskCompletionSource<long>();
        var checking = Task.Run(() => checker.RunAsync(last.Task, limit.Token), limit.Token);
        await checker.Listed.WaitAsync(limit.Token);
        await client.CreateAsync(new ObjectAddress(ReplicaSets, "default", "web"), Web, null, limit.Token);
        await ReadyAsync(client, Before, limit.Token);

        var held = BusyJournal.Hold("root//pods");
        await client.PatchAsync(new ObjectAddress(ReplicaSets, "default", "web"), PatchType.Merge, System.Text.Encoding.UTF8.GetBytes($$"""{ "spec": { "replicas": {{After}} } }"""), null, limit.Token);
        await held.Reached.WaitAsync(limit.Token);
        await EndAsync(plane, Controller, limit.Token);
        await BegunAsync(plane, limit.Token);
        held.LetGo();

        await ReadyAsync(client, After, limit.Token);
        last.SetResult((await client.CreateAsync(new ObjectAddress(Pods, CountedObjects.Namespace, ""), CountedObjects.New("last", isPod: true), null, limit.Token)).Revision);
        await checking;
        Assert.Equal((Before, Before - After), (Count(checker, "Added"), Count(checker, "Deleted")));
    }

    private static byte[] Web => System.Text.Encoding.UTF8.GetBytes($$"""
        { "apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": { "name": "web" },
          "spec": { "replicas": {{Before}}, "selector": { "matchLabels": { "app": "web" } },
            "template": { "metadata": { "labels": { "app": "web" } }, "spec": { "containers": [ { "name": "c", "image": "web:1" } ] } } } }
        """);

    private static async Task EndAsync(ControlPlane plane, string name, CancellationToken limit)
    {
        var path = $"/system/sharding/{Region}/*/{Uri.EscapeDataString(IdOf("root", name))}";
        var controller = await plane.Cluster.System.ActorSelection(path).ResolveOne(Limit, limit);
        using var ended = Inbox.Create(plane.Cluster.System);
        ended.Watch(controller);
        controller.Tell(PoisonPill.Instance);
        Assert.IsType<Terminated>(await ended.ReceiveAsync(Limit));
    }

    /// <summary>
    /// Completes when the successor decides, or has been there for as long as several lives of a controller last that has nothing to do with what is on its way: if it were to decide now, it would have.
    /// </summary>
    private static async Task BegunAsync(ControlPlane plane, CancellationToken limit)
    {
        if (await DecidesAsync(plane, Controller, limit))
            return;
        for (var life = 0; life < Lives; life++)
        {
            await EndAsync(plane, Unconcerned, limit);
            while (!await DecidesAsync(plane, Unconcerned, limit))
                limit.ThrowIfCancellationRequested();
        }
    }

    private static async Task<bool> DecidesAsync(ControlPlane plane, string name, CancellationToken limit) =>
        (await ClusterSharding.Get(plane.Cluster.System).ShardRegion(Region).Ask<DecisionsRead>(new ReadDecisions(IdOf("root", name), null, null), Limit, limit)).Waiting.Length == 0;

    private static async Task ReadyAsync(IResourceClient client, int replicas, CancellationToken limit)
    {
        var options = new WatchOptions { ResourceVersion = "0", FieldSelector = "metadata.name=web" };
        await foreach (var change in client.WatchAsync(ReplicaSets, "default", options, limit))
            if (change.Object?.Edit() is { } set && set.Number("spec", "replicas") == replicas && set.Number("status", "replicas") == replicas && set.Number("status", "readyReplicas") == replicas)
                return;
    }

    private static int Count(WatchChecker checker, string type) => checker.Story.Count(e => e.StartsWith($"{type} default/web-", StringComparison.Ordinal));
}

/// <summary>What the journal is busy with.</summary>
public sealed class HeldWrites(string persistenceId)
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _batches;

    /// <summary>Is over when a write waits.</summary>
    public Task Reached => _reached.Task;

    public void LetGo() => _go.TrySetResult();

    internal Task PassAsync(IEnumerable<AtomicWrite> writes)
    {
        // The first goes by itself, as nothing is on its way before it.
        if (writes.All(w => w.PersistenceId != persistenceId) || Interlocked.Increment(ref _batches) == 1)
            return Task.CompletedTask;
        _reached.TrySetResult();
        return _go.Task;
    }
}

/// <summary>A journal in memory that lets one write of an actor through and is then busy with the next.</summary>
public sealed class BusyJournal : MemoryJournal
{
    private static volatile HeldWrites? _held;

    public static HeldWrites Hold(string persistenceId) => _held = new HeldWrites(persistenceId);

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        var writes = messages.ToList();
        if (_held is { } held)
            await held.PassAsync(writes);
        return await base.WriteMessagesAsync(writes, cancellationToken);
    }
}
