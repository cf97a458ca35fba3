using System.IO.Pipelines;
using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;
using BenchmarkDotNet.Attributes;

namespace ActorKube.Benchmarks;

/// <summary>What the gateway makes of stored objects, without server, TLS and network: a list of ten thousand, a line of a watch.</summary>
public class AnswerBenchmarks
{
    private StoredObject[] _items = null!;
    private PipeWriter _nowhere = null!;
    private WatchLines _lines = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _items = [.. Enumerable.Range(0, 10_000).Select(i => StoredObject.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"cm-{{{i}}}","namespace":"default","uid":"u","resourceVersion":"{{{i + 1}}}"},"data":{"k":"{{{new string('x', 1100)}}}"}}""")))];
        _nowhere = PipeWriter.Create(Stream.Null);
        _lines = new WatchLines(_nowhere, chunked: true);
    }

    [Benchmark]
    public ValueTask List() => ListWriter.WriteAsync(_nowhere, new ListResponse(new GroupVersionKind("", "v1", "ConfigMapList"), _items, 10_001) { End = static () => new ListEnd(null, null) }, default);

    [Benchmark]
    public async Task WatchLine()
    {
        _lines.Write(ChangeType.Modified, _items[0].Json.Span);
        await _lines.FlushAsync(CancellationToken.None);
    }
}
