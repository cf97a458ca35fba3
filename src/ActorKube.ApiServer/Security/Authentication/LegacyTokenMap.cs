using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Pipeline.Bootstrap;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Queues;
using ActorKube.Machinery.Running;
using ActorKube.Protocol.Store;
using Microsoft.Extensions.Logging;

namespace ActorKube.ApiServer.Security.Authentication;

/// <summary>
/// Keeps the ConfigMap that says since when uses of tokens are noted: makes it where it is missing, and writes it anew where it says no day (upstream:
/// <c>pkg/controlplane/controller/legacytokentracking</c>). Every server does so; those that come second find it made.
/// </summary>
/// <param name="time">Clock and timers.</param>
/// <param name="log">Told of what nobody expected.</param>
internal sealed partial class LegacyTokenMap(TimeProvider time, ILogger log)
{
    // Somebody who keeps deleting it has reasons; upstream's are servers that do not track.
    private static readonly TimeSpan BetweenCreations = TimeSpan.FromMinutes(30);
    private static readonly BackoffPolicy Retry = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(1));
    private static readonly ObjectAddress Address = ObjectAddress.Of(WellKnownResources.ConfigMaps, LegacyTokens.Tracking);

    private readonly WakeSignal _changed = new();
    private volatile Sight? _seen;
    private TimeSpan _rest = Timeout.InfiniteTimeSpan;
    private long? _created;

    /// <summary>Runs until cancelled.</summary>
    /// <param name="store">Where the map is.</param>
    /// <param name="workspace">Its workspace.</param>
    /// <param name="client">A client in <c>system:masters</c>.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(IResourceStore store, string workspace, IResourceClient client, CancellationToken cancel)
    {
        var feed = new ResourceFeed(store, new ResourceId(workspace, WellKnownResources.ConfigMaps.Resource), time, log).RunAsync(
            all => Set(all.FirstOrDefault(static o => o.Key == LegacyTokens.Tracking)),
            change =>
            {
                if (change.Object.Key == LegacyTokens.Tracking)
                    Set(change.Type == ChangeType.Deleted ? null : change.Object);
            },
            cancel);
        var work = new RepeatedWork(Retry, time, (failure, _) => LogFailure(log, failure));
        await work.RunAsync(stop => KeepAsync(client, stop), static _ => Task.CompletedTask, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        await feed;
    }

    private void Set(StoredObject? map)
    {
        _seen = new Sight(map);
        _changed.Set();
    }

    // The rest until there is a reason to look, and one look: the next one at once where it fails.
    private async Task KeepAsync(IResourceClient client, CancellationToken cancel)
    {
        await _changed.WaitAsync(_rest, time, cancel);
        _rest = TimeSpan.Zero;
        _rest = await LookAsync(client, _seen!, cancel);
    }

    private async Task<TimeSpan> LookAsync(IResourceClient client, Sight seen, CancellationToken cancel)
    {
        if (seen.Map is not { } map)
            return await CreateAsync(client, cancel);
        if (LegacyTokens.ParseDay(map.Edit().Text("data", "since")) is null)
            await RepairAsync(client, map, cancel);
        return Timeout.InfiniteTimeSpan;
    }

    private async Task<TimeSpan> CreateAsync(IResourceClient client, CancellationToken cancel)
    {
        if (_created is { } at && BetweenCreations - time.GetElapsedTime(at) is { Ticks: > 0 } rest)
            return rest;
        var map = new JsonObject { ["metadata"] = new JsonObject { ["name"] = LegacyTokens.Tracking.Name, ["namespace"] = LegacyTokens.Tracking.Namespace }, ["data"] = Since() };
        await EnsureObjects.CreateAsync(client, Address, map, cancel);
        _created = time.GetTimestamp();
        return Timeout.InfiniteTimeSpan;
    }

    private async Task RepairAsync(IResourceClient client, StoredObject map, CancellationToken cancel)
    {
        var json = map.Edit();
        json.Child("data")["since"] = LegacyTokens.DayOf(time.GetUtcNow());
        try
        {
            await client.UpdateAsync(Address, json.Encode(), null, cancel);
        }
        catch (ApiException e) when (e.Is(StatusReason.NotFound) || e.Is(StatusReason.Conflict))
        {
            // What has become of it is seen next.
        }
    }

    private JsonObject Since() => new() { ["since"] = LegacyTokens.DayOf(time.GetUtcNow()) };

    // What was seen last; there may be no map.
    private sealed record Sight(StoredObject? Map);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The day since which uses of service account tokens are noted could not be written")]
    private static partial void LogFailure(ILogger log, Exception failure);
}
