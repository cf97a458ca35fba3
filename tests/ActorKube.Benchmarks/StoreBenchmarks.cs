using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Hosting;
using ActorKube.Store.Resources;
using BenchmarkDotNet.Attributes;

namespace ActorKube.Benchmarks;

/// <summary>A write to the store: the decision alone, and the whole way to the journal and back, 64 at a time.</summary>
public class StoreBenchmarks
{
    private const int Writers = 64;
    private readonly string _directory = Directory.CreateTempSubdirectory("actorkube-benchmark-").FullName;
    private readonly DateTimeOffset _now = DateTimeOffset.UnixEpoch;
    private InProcessStore _memory = null!;
    private InProcessStore _sqlite = null!;
    private ResourceState _state = ResourceState.Empty;
    private CreateObject _create = null!;
    private ObjectHead _head = null!;
    private int _next;

    [GlobalSetup]
    public void SetUp()
    {
        _memory = InProcessStore.Start();
        _sqlite = InProcessStore.Start(JournalChoice.Sqlite(_directory));
        for (var i = 1; i <= 10_000; i++)
            _state = _state.Apply(new ObjectStored(_now, StoredObject.Parse(Samples.Content($"cm-{i}").At(i)), true, null, null), i, out _);
        _create = new CreateObject(Samples.Key("new"), Samples.Content("new"));
        _head = ObjectHead.Read(_create.Content.At(1));
    }

    [GlobalCleanup]
    public async Task CleanUp()
    {
        await _memory.DisposeAsync();
        await _sqlite.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Benchmark]
    public object Decide()
    {
        var decision = ResourceDecider.Decide(_state, _create, _head, 10_001, _now);
        return _state.Apply(decision.Event!, 10_001, out _);
    }

    [Benchmark(OperationsPerInvoke = Writers)]
    public Task WriteToMemory() => Write(_memory.Store);

    [Benchmark(OperationsPerInvoke = Writers)]
    public Task WriteToSqlite() => Write(_sqlite.Store);

    private Task Write(IResourceStore store)
    {
        var writes = new Task[Writers];
        for (var i = 0; i < Writers; i++)
        {
            var name = $"cm-{_next++}";
            writes[i] = store.WriteAsync(Samples.ConfigMaps, new CreateObject(Samples.Key(name), Samples.Content(name)), CancellationToken.None).AsTask();
        }
        return Task.WhenAll(writes);
    }
}
