using System.Text;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Store.Objects;
using ActorKube.Store.Views;
using ActorKube.Store.Watching;
using BenchmarkDotNet.Attributes;

namespace ActorKube.Benchmarks;

/// <summary>The ten pods of one of 500 workloads among 5,000 of a namespace: by a walk over all, by labels, and by labels when states of pods have changed since.</summary>
public class SelectorBenchmarks
{
    private const int Pods = 5000;
    private static readonly LabelSelector Selector = LabelSelector.Parse("app=web-77");
    private ResourceView _view = null!;
    private ObjectTree _objects = null!;
    private long _revision;

    [GlobalSetup]
    public void SetUp()
    {
        _view = new ResourceView(new HistoryLimits(10_000, 1 << 30, TimeSpan.FromHours(1)), watchQueueCapacity: 1);
        _objects = ObjectTree.Empty;
        for (var i = 0; i < Pods; i++)
            Change(i);
        for (var i = 0; i < 3; i++)
            ByLabels();
    }

    [Benchmark(Baseline = true)]
    public int Walk() => _view.Cut.Range("default", null).Count(o => Selector.Matches(o.Head.Labels));

    [Benchmark]
    public int ByLabels() => (_view.Cut.Candidates(Selector, "default", null) ?? []).Count(o => Selector.Matches(o.Head.Labels));

    [Benchmark]
    public int ByLabelsAfterHundredChanges()
    {
        for (var i = 0; i < 100; i++)
            Change((int)(_revision * 7919 % Pods));
        return ByLabels();
    }

    [Benchmark]
    public void HundredChanges()
    {
        for (var i = 0; i < 100; i++)
            Change((int)(_revision * 7919 % Pods));
    }

    private void Change(int pod)
    {
        var item = StoredObject.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web-{{{pod}}}","namespace":"default","uid":"u","resourceVersion":"{{{++_revision}}}","labels":{"app":"web-{{{pod % 500}}}","tier":"web"}},"status":{"phase":"Running"}}"""));
        _objects = _objects.Set(item, out var previous);
        _view.Publish(_objects, _revision, new HistoryEvent(_revision, previous, item, DateTimeOffset.UnixEpoch));
    }
}
