using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Quotas;
using ActorKube.Api.Selectors;
using ActorKube.Controllers.ResourceQuotas;
using ActorKube.Controllers.Services;
using ActorKube.Controllers.Workloads.ReplicaSets;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Times;
using BenchmarkDotNet.Attributes;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Benchmarks;

/// <summary>What controllers do again and again in a namespace with 500 services and 5,000 pods, ten of each set.</summary>
public class ControllerBenchmarks
{
    private const int Sets = 500;
    private const int PodsPerSet = 10;
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly ReplicaSetReconciler _reconciler = new(ReplicaShape.ReplicaSet);
    private readonly LabelSelector _selector = LabelSelector.Parse("app=web-7");
    private readonly WorkQueue<ObjectKey> _queue = new(TimeProvider.System, BackoffPolicy.Controllers);
    private readonly Quota _quota = new("q", Hard(), Hard(), new Amounts(), []);
    private Caches _view = null!;
    private Labels _labels;

    [GlobalSetup]
    public void SetUp()
    {
        var pods = Enumerable.Range(0, Sets * PodsPerSet).Select(i => Cached($$$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"web-{{{{i / PodsPerSet}}}}-{{{{i}}}}","uid":"p{{{{i}}}}","resourceVersion":"1","labels":{"app":"web-{{{{i / PodsPerSet}}}}","pod-template-hash":"5d8c"},
             "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-{{{{i / PodsPerSet}}}}","uid":"s{{{{i / PodsPerSet}}}}","controller":true}]},
             "spec":{"nodeName":"n1","containers":[{"name":"c","image":"web:1","resources":{"requests":{"cpu":"1m","memory":"1Mi"},"limits":{"cpu":"2m","memory":"2Mi"}}}]},
             "status":{"phase":"Running","podIP":"10.0.0.1","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-02T03:00:00Z"}]}}
            """));
        var sets = Enumerable.Range(0, Sets).Select(i => Cached($$$$"""
            {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"namespace":"default","name":"web-{{{{i}}}}","uid":"s{{{{i}}}}","resourceVersion":"1","generation":1},
             "spec":{"replicas":{{{{PodsPerSet}}}},"selector":{"matchLabels":{"app":"web-{{{{i}}}}"}},"template":{"metadata":{"labels":{"app":"web-{{{{i}}}}"}},"spec":{"containers":[{"name":"c","image":"web:1"}]}}},
             "status":{"replicas":10,"fullyLabeledReplicas":10,"readyReplicas":10,"availableReplicas":10,"terminatingReplicas":0,"observedGeneration":1}}
            """));
        var services = Enumerable.Range(0, Sets).Select(i => Cached($$$$"""
            {"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"web-{{{{i}}}}","uid":"v{{{{i}}}}","resourceVersion":"1"},"spec":{"selector":{"app":"web-{{{{i}}}}"},"ports":[{"port":80}]}}
            """));
        _view = new Caches
        {
            [Pods] = CacheView.Of(pods, [CacheIndex.Namespace, CacheIndex.Controller, CacheIndex.Labels], 1),
            [ReplicaSets] = CacheView.Of(sets, [CacheIndex.Namespace, CacheIndex.Controller], 1),
            [Services] = CacheView.Of(services, [ServiceKeys.BySelector], 1),
        };
        _labels = new Labels(["app", "web-7", "pod-template-hash", "5d8c"]);
        if (!IdleTurn().Stages.IsEmpty)
            throw new InvalidOperationException("The set is not at rest.");
    }

    [Benchmark]
    public Plan IdleTurn() => _reconciler.Reconcile(new ReconcileContext { Key = new ObjectKey("default", "web-7"), View = _view, Now = new Present(Now) });

    [Benchmark]
    public void QueueATurn()
    {
        _queue.Add(new ObjectKey("default", "web-7"));
        _queue.TryTake(out var key);
        _queue.Done(key);
    }

    [Benchmark]
    public int PodsOfASelector() => _view.Of(Pods).Matching("default", _selector).Count();

    [Benchmark]
    public int ServicesOfAPod() => _view.Of(Services).Candidates(ServiceKeys.BySelector, "default", _labels).Count();

    [Benchmark]
    public object CountAQuota() => QuotaCount.Of(_quota, "default", [(Pods, QuotaEvaluators.Pods)], _view, Now);

    private static Amounts Hard()
    {
        var hard = new Amounts();
        foreach (var name in (string[])["pods", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"])
            hard.Add(name, Api.Quantities.Quantity.FromUnits(10_000));
        return hard;
    }

    private static CachedObject Cached(string json) => new(StoredObject.Parse(Encoding.UTF8.GetBytes(json)), TimeSpan.Zero);

    private sealed class Caches : Dictionary<GroupVersionResource, CacheView>, IClusterView
    {
        public CacheView Of(GroupVersionResource resource) => this[resource];
    }
}
