using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Scheduling;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.Scheduler.Tests.Harness;

/// <summary>A scheduler against an API server in memory, on one thread and in virtual time: the same sequence in every run.</summary>
internal sealed class SchedulerHarness : IDisposable
{
    private readonly ConcurrentQueue<object> _mail = new();
    private readonly SemaphoreSlim _posted = new(0);
    private readonly InformerFactory _informers;

    public SchedulerHarness(long? epoch = null, SchedulerHarness? sharing = null, IEnumerable<(string, Func<PluginContext, IPlugin>)>? plugins = null, ProfileSpec? profile = null, SchedulerSettings? settings = null)
    {
        Time = sharing?.Time ?? new FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Cluster = sharing?.Cluster ?? new BindingCluster(Time);
        _informers = new InformerFactory(Cluster, new InformerOptions(), Time);
        Core = new SchedulerCore([profile ?? new ProfileSpec()], new PluginRegistry([.. PluginRegistry.BuiltIn, .. plugins ?? []]), settings ?? new SchedulerSettings(), Time, () => 0.5, epoch is not null);
        Engine = new SchedulerEngine(Core, new EngineServices
        {
            Client = Cluster,
            Informers = _informers,
            Record = (by, item) => Events.Add($"{by}: {item.Type} {item.Reason} {item.About.Key}: {item.Message}"),
            Log = Decisions.Add,
            OnFault = (what, _) => Faults.Add(what),
            Time = Time,
            Run = work => Work.Enqueue(work),
        }, epoch, Post);
    }

    public FakeTimeProvider Time { get; }

    public BindingCluster Cluster { get; }

    public SchedulerCore Core { get; }

    public SchedulerEngine Engine { get; }

    public List<string> Events { get; } = [];

    public List<string> Faults { get; } = [];

    public List<Decision> Decisions { get; } = [];

    /// <summary>Writes that were started and not yet carried out.</summary>
    public Queue<Func<Task>> Work { get; } = new();

    public SchedulerHarness Start()
    {
        Engine.Start();
        return Settle();
    }

    /// <summary>Handles what has been posted, without carrying out writes.</summary>
    public SchedulerHarness Deliver()
    {
        while (_mail.TryDequeue(out var message))
            Engine.Handle(message);
        return this;
    }

    /// <summary>Handles everything and carries out every write until nothing is left to do at this moment.</summary>
    public SchedulerHarness Settle()
    {
        for (var rounds = 0; !_mail.IsEmpty || Work.Count > 0; rounds++)
        {
            Assert.True(rounds < 100_000, "The scheduler never comes to rest.");
            Deliver();
            if (Work.TryDequeue(out var work))
                Assert.True(work().IsCompleted || MayWait, "The harness only works with what completes at once.");
        }
        return this;
    }

    /// <summary>For pods whose volumes take their time: what was waited for arrives from other threads.</summary>
    public bool MayWait { get; init; }

    /// <summary>Handles everything, and what arrives, until something is the case.</summary>
    public void SettleUntil(Func<bool> holds)
    {
        for (Settle(); !holds(); Settle())
            Assert.True(_posted.Wait(TimeSpan.FromSeconds(20)), "What is waited for never happens.");
    }

    /// <summary>Lets time pass.</summary>
    public SchedulerHarness Advance(TimeSpan span)
    {
        var end = Time.GetUtcNow() + span;
        Settle();
        while (Core.NextDue is { } due && due <= end && due > Time.GetUtcNow())
        {
            Time.Advance(due - Time.GetUtcNow());
            Settle();
        }
        if (end > Time.GetUtcNow())
            Time.Advance(end - Time.GetUtcNow());
        return Settle();
    }

    public StoredObject AddPod(JsonObject pod) => Add(WellKnownResources.Pods, pod);

    public StoredObject AddNode(JsonObject node) => Add(WellKnownResources.Nodes, node);

    public string NodeOf(string pod) => Cluster.Memory.Json(WellKnownResources.Pods, "default", pod).Text("spec", "nodeName");

    public string NominatedNodeOf(string pod) => Cluster.Memory.Json(WellKnownResources.Pods, "default", pod).Text("status", "nominatedNodeName");

    public JsonNode? Condition(string pod) =>
        Cluster.Memory.Json(WellKnownResources.Pods, "default", pod).Items("status", "conditions").FirstOrDefault(c => c.Text("type") == "PodScheduled");

    public int ConditionWrites => Cluster.Memory.Log.Count(l => l.StartsWith("patch pods/status", StringComparison.Ordinal));

    public void Dispose()
    {
        Engine.Dispose();
        _posted.Dispose();
    }

    private void Post(object message)
    {
        _mail.Enqueue(message);
        _posted.Release();
    }

    private StoredObject Add(Api.Names.GroupVersionResource resource, JsonObject json) => Cluster.Memory[resource].Put(json);
}
