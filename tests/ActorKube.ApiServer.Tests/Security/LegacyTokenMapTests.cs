using ActorKube.Api.Names;
using ActorKube.ApiServer.Security.Authentication;
using ActorKube.Machinery.Objects;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.ApiServer.Tests.Security;

public sealed class LegacyTokenMapTests : IAsyncDisposable
{
    private static readonly GroupResource ConfigMaps = new("", "configmaps");
    private const string Create = "create configmaps kube-system/";
    private const string Update = "update configmaps kube-system/kube-apiserver-legacy-service-account-token-tracking";
    private readonly MemoryStore _store = new();
    private readonly ArmedClock _clock = new();
    private readonly RecordingClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];

    public LegacyTokenMapTests() => _client = new RecordingClient(_store);

    [Fact]
    public async Task Tracking_has_a_beginning()
    {
        Start();
        await _client.WrittenAsync();
        Assert.Equal([Create], _client.Writes);
        Assert.Equal(LegacyTokens.DayOf(_clock.GetUtcNow()), Since);
    }

    [Fact]
    public async Task What_one_server_does_not_bring_back_yet_another_one_does()
    {
        Start();
        await _client.WrittenAsync();
        Start();
        _store.Remove(ConfigMaps, LegacyTokens.Tracking.Namespace, LegacyTokens.Tracking.Name);
        await _client.WrittenAsync();
        Assert.Equal([Create, Create], _client.Writes);
        Assert.Equal(LegacyTokens.DayOf(_clock.GetUtcNow()), Since);
    }

    [Theory]
    [InlineData("""{"since":"soon"}""")]
    [InlineData("""{"other":"x"}""")]
    public async Task A_map_that_says_no_day_is_written_anew(string data)
    {
        Put(data);
        Start();
        await _client.WrittenAsync();
        Assert.Equal([Update], _client.Writes);
        Assert.Equal(LegacyTokens.DayOf(_clock.GetUtcNow()), Since);
    }

    [Fact]
    public async Task A_map_that_says_a_day_stays_and_one_that_is_spoilt_later_is_mended()
    {
        Put("""{"since":"2020-01-01"}""");
        Start();
        Put("""{"since":"2020-01-32"}""");
        await _client.WrittenAsync();
        Assert.Equal([Update], _client.Writes);
    }

    [Fact]
    public async Task A_map_that_is_deleted_comes_back_once_in_half_an_hour()
    {
        Start();
        await _client.WrittenAsync();
        _store.Remove(ConfigMaps, LegacyTokens.Tracking.Namespace, LegacyTokens.Tracking.Name);
        Assert.Equal(TimeSpan.FromMinutes(30), await _clock.PassAsync());
        await _client.WrittenAsync();
        Assert.Equal([Create, Create], _client.Writes);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private void Start() => _running.Add(new LegacyTokenMap(_clock, NullLogger.Instance).RunAsync(_store, "root", _client, _stop.Token));

    private void Put(string data) =>
        _store.Put(ConfigMaps, $$$"""{"metadata":{"namespace":"{{{LegacyTokens.Tracking.Namespace}}}","name":"{{{LegacyTokens.Tracking.Name}}}"},"data":{{{data}}}}""");

    private string Since => _store.Find(ConfigMaps, LegacyTokens.Tracking)!.Edit().Text("data", "since");
}
