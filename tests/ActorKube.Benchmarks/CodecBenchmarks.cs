using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using BenchmarkDotNet.Attributes;

namespace ActorKube.Benchmarks;

/// <summary>What every write does with bytes: decode, encode, read the metadata; and the match that every watcher does with labels.</summary>
public class CodecBenchmarks
{
    private readonly byte[] _body = Samples.Body("cm-1");
    private readonly byte[] _stored = Samples.Content("cm-1").At(1);
    private readonly LabelSelector _selector = LabelSelector.Parse("app in (load,other),tier!=web,!legacy");
    private JsonObject _tree = null!;
    private Labels _labels;

    [GlobalSetup]
    public void SetUp()
    {
        _tree = JsonDecoder.Decode(_stored).RequireObject();
        _labels = ObjectHead.Read(_stored).Labels;
    }

    [Benchmark]
    public object Decode() => JsonDecoder.Decode(_body).RequireObject();

    [Benchmark]
    public EncodedTemplate Encode() => ObjectEncoder.Encode(_tree);

    [Benchmark]
    public ObjectHead ReadHead() => ObjectHead.Read(_stored);

    [Benchmark]
    public bool Match() => _selector.Matches(_labels);
}
