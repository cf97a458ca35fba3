using System.Globalization;
using System.Text;
using ActorKube.Api.Objects;
using ActorKube.Store.Objects;
using ActorKube.Store.Views;
using ActorKube.Store.Watching;
using BenchmarkDotNet.Attributes;

namespace ActorKube.Benchmarks;

/// <summary>One event through the hub to its watchers, without what each of them then writes: all see everything, or each sees the pods of one node.</summary>
public class WatchFanOutBenchmarks
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private ResourceView _view = null!;
    private ResourceWatch[] _watches = null!;
    private StoredObject _pod = null!;
    private long _revision = 1;

    [Params(1, 500)]
    public int Watchers { get; set; }

    [Params(false, true)]
    public bool ByNode { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _pod = StoredObject.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","namespace":"default","uid":"u","resourceVersion":"1"},"spec":{"nodeName":"n0","padding":"{{{new string('x', 1000)}}}"}}"""));
        _view = new ResourceView(new HistoryLimits(1_000, 16 << 20, TimeSpan.FromMinutes(5)), watchQueueCapacity: 10_000);
        _view.Reset(ObjectTree.Empty, _revision);
        _view.Open();
        _watches = [.. Enumerable.Range(0, Watchers).Select(i => _view.Watch(_revision, ByNode
            ? new ObjectFilter { Indexed = new FieldEquality("spec.nodeName", "n" + i.ToString(CultureInfo.InvariantCulture)) }
            : ObjectFilter.All))];
    }

    [Benchmark]
    public async Task<long> Event()
    {
        _revision++;
        _view.Publish(ObjectTree.Empty, _revision, new HistoryEvent(_revision, _revision == 2 ? null : _pod, _pod, At));
        var seen = 0L;
        foreach (var watch in ByNode ? _watches[..1] : _watches)
        {
            await watch.WaitAsync(CancellationToken.None);
            if (watch.TryRead(out var change))
                seen += change.Revision;
        }
        return seen;
    }
}
