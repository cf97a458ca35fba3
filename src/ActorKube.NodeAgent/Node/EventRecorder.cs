using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ActorKube.Api.Errors;
using ActorKube.Machinery.Client;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Pods;
using Microsoft.Extensions.Logging;

namespace ActorKube.NodeAgent.Node;

/// <summary>
/// Writes Event objects, one after the other, in the background. The same event again raises the count of the one there is. More events than the rate allows are
/// dropped: they inform people, nothing depends on them.
/// </summary>
internal sealed class EventRecorder : IEventSink, IAsyncDisposable
{
    private const int MostWaiting = 1000;
    private const int MostRemembered = 4096;

    private readonly IResourceClient _client;
    private readonly NodeAgentSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Item> _items = Channel.CreateBounded<Item>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Dictionary<Identity, Known> _known = [];
    private readonly Task _run;
    private double _tokens;
    private long _filledAt;
    private long _lastTick;

    /// <summary>A recorder that begins to write at once.</summary>
    public EventRecorder(IResourceClient client, NodeAgentSettings settings, TimeProvider time, ILogger log)
    {
        _client = client;
        _settings = settings;
        _time = time;
        _log = log;
        _tokens = Burst;
        _filledAt = time.GetTimestamp();
        _run = Task.Run(RunAsync);
    }

    private double Burst => 2.0 * _settings.EventsPerSecond;

    /// <inheritdoc/>
    public void Record(EventTarget target, PodEvent podEvent)
    {
        if (_settings.Events == EventLevel.All || (_settings.Events == EventLevel.Warnings && podEvent.Warning))
            _items.Writer.TryWrite(new Item(target, podEvent, _time.GetUtcNow()));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _items.Writer.TryComplete();
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var item in _items.Reader.ReadAllAsync(_stop.Token))
                if (TakeToken())
                    await WriteAsync(item);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The agent is stopping; what waits is of no use to anybody later.
        }
    }

    private bool TakeToken()
    {
        var now = _time.GetTimestamp();
        _tokens = Math.Min(Burst, _tokens + _time.GetElapsedTime(_filledAt, now).TotalSeconds * _settings.EventsPerSecond);
        _filledAt = now;
        if (_tokens < 1)
            return false;
        _tokens--;
        return true;
    }

    private async Task WriteAsync(Item item)
    {
        try
        {
            var identity = new Identity(item.Target.Uid, item.Event.Reason, item.Event.Message, item.Event.FieldPath);
            if (!_known.TryGetValue(identity, out var known) || !await AgainAsync(item, known))
                await FirstAsync(item, identity);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Log.EventLost(_log, item.Event.Reason, item.Target.Key.ToString(), error.Message);
        }
    }

    private async Task<bool> AgainAsync(Item item, Known known)
    {
        known.Count++;
        var patch = new JsonObject { ["count"] = known.Count, ["lastTimestamp"] = Time(item.At) };
        try
        {
            await _client.PatchAsync(new ObjectAddress(WellKnownResources.Events, Namespace(item), known.Name), PatchType.Merge, Bytes(patch), null, _stop.Token);
            return true;
        }
        catch (ApiException expired) when (expired.Is(StatusReason.NotFound))
        {
            return false;
        }
    }

    private async Task FirstAsync(Item item, Identity identity)
    {
        // Names must differ; upstream takes the time in nanoseconds.
        _lastTick = Math.Max(_lastTick + 1, item.At.UtcTicks - DateTimeOffset.UnixEpoch.Ticks);
        var name = $"{item.Target.Key.Name}.{_lastTick * 100:x}";
        await _client.CreateAsync(new ObjectAddress(WellKnownResources.Events, Namespace(item), name), Bytes(New(item, name)), null, _stop.Token);
        if (_known.Count >= MostRemembered)
            _known.Clear();
        _known[identity] = new Known(name);
    }

    private JsonObject New(Item item, string name)
    {
        var involved = new JsonObject
        {
            ["kind"] = item.Target.Kind,
            ["name"] = item.Target.Key.Name,
            ["uid"] = item.Target.Uid,
            ["apiVersion"] = "v1",
        };
        if (item.Target.Key.Namespace.Length > 0)
            involved["namespace"] = item.Target.Key.Namespace;
        if (item.Event.FieldPath.Length > 0)
            involved["fieldPath"] = item.Event.FieldPath;
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace(item) },
            ["involvedObject"] = involved,
            ["reason"] = item.Event.Reason,
            ["message"] = item.Event.Message,
            ["source"] = new JsonObject { ["component"] = "kubelet", ["host"] = _settings.NodeName },
            ["firstTimestamp"] = Time(item.At),
            ["lastTimestamp"] = Time(item.At),
            ["count"] = 1,
            ["type"] = item.Event.Warning ? "Warning" : "Normal",
            ["reportingComponent"] = "kubelet",
            ["reportingInstance"] = _settings.NodeName,
        };
    }

    // Events of cluster-scoped objects go to the default namespace.
    private static string Namespace(Item item) => item.Target.Key.Namespace.Length > 0 ? item.Target.Key.Namespace : "default";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString(Pods.Status.StatusJson.TimeFormat, CultureInfo.InvariantCulture);

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());

    private readonly record struct Item(EventTarget Target, PodEvent Event, DateTimeOffset At);

    private readonly record struct Identity(string Uid, string Reason, string Message, string FieldPath);

    private sealed class Known(string name)
    {
        public string Name { get; } = name;

        public int Count { get; set; } = 1;
    }
}
