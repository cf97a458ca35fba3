using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Verbs;

public sealed class WatchVerbTests
{
    private readonly PipelineBench _bench = new();

    private async Task<WatchResponse> WatchAsync(RequestQuery query) =>
        (WatchResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.Watch, ConfigMaps) with { Query = query }, default);

    private static IEnumerable<string> Read(WatchResponse response)
    {
        while (response.Watch.TryRead(out var change))
            yield return $"{change.Type} {change.Object.Key.Name} {change.Revision}";
    }

    [Fact]
    public async Task From_a_revision_only_later_changes_come()
    {
        await _bench.CreateConfigMapAsync("a");
        var watch = await WatchAsync(new RequestQuery { ResourceVersion = "2" });
        await _bench.CreateConfigMapAsync("b");
        await _bench.RunAsync(Request(RequestVerb.Delete, ConfigMaps, "a"));
        Assert.Null(watch.Initial);
        Assert.Equal(["Added b 3", "Deleted a 4"], Read(watch));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    public async Task Without_a_revision_what_is_there_comes_first(string? version)
    {
        await _bench.CreateConfigMapAsync("a");
        var watch = await WatchAsync(new RequestQuery { ResourceVersion = version });
        await _bench.CreateConfigMapAsync("b");
        Assert.Equal(["a"], watch.Initial!.Select(i => i.Key.Name));
        Assert.Equal((2L, false), (watch.InitialRevision, watch.MarkInitialEnd));
        Assert.Equal(["Added b 3"], Read(watch));
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("0", true)]
    [InlineData("1", false)]
    public async Task Who_takes_bookmarks_is_told_where_what_was_there_ends(string? version, bool marked)
    {
        var watch = await WatchAsync(new RequestQuery { ResourceVersion = version, AllowWatchBookmarks = "true" });
        Assert.Equal(marked, watch.MarkInitialEnd);
    }

    [Fact]
    public async Task Who_wants_no_initial_events_gets_no_mark_either()
    {
        var watch = await WatchAsync(new RequestQuery { SendInitialEvents = "false", ResourceVersionMatch = "NotOlderThan", AllowWatchBookmarks = "true" });
        Assert.Equal((null, false), (watch.Initial, watch.MarkInitialEnd));
    }

    [Fact]
    public async Task Initial_events_end_with_a_mark_when_they_were_asked_for()
    {
        await _bench.CreateConfigMapAsync("a");
        var watch = await WatchAsync(new RequestQuery { SendInitialEvents = "true", ResourceVersionMatch = "NotOlderThan", AllowWatchBookmarks = "true" });
        Assert.Equal(["a"], watch.Initial!.Select(i => i.Key.Name));
        Assert.Equal((true, true), (watch.MarkInitialEnd, watch.Bookmarks));
    }

    [Fact]
    public async Task A_selector_turns_changes_into_comings_and_goings()
    {
        var watch = await WatchAsync(new RequestQuery { ResourceVersion = "1", LabelSelector = "x=y" });
        await _bench.CreateConfigMapAsync("a");
        await PatchAsync("""{"metadata":{"labels":{"x":"y"}}}""");
        await PatchAsync("""{"data":{"k":"v"}}""");
        await PatchAsync("""{"metadata":{"labels":{"x":null}}}""");
        Assert.Equal(["Added a 3", "Modified a 4", "Deleted a 5"], Read(watch));
    }

    [Fact]
    public async Task A_revision_that_is_forgotten_is_a_410()
    {
        _bench.Store.CompactedTo = 10;
        var status = await _bench.ErrorAsync(Request(RequestVerb.Watch, ConfigMaps) with { Query = new RequestQuery { ResourceVersion = "5" } });
        Assert.Equal((410, "Expired"), (status.Code, status.Reason));
    }

    [Theory]
    [InlineData("true", null, "resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")]
    [InlineData(null, "NotOlderThan", "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided")]
    public async Task Parameters_that_contradict_each_other_are_a_422(string? initial, string? match, string cause)
    {
        var status = await _bench.ErrorAsync(Request(RequestVerb.Watch, ConfigMaps) with { Query = new RequestQuery { SendInitialEvents = initial, ResourceVersionMatch = match } });
        Assert.Equal((422, $"ListOptions.meta.k8s.io \"\" is invalid: {cause}"), (status.Code, status.Message));
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData(null, 45 * 60)]
    [InlineData("0", 45 * 60)]
    [InlineData("-1", 0)]
    [InlineData("-9223372036854775808", 0)]
    public async Task A_watch_lasts_as_long_as_asked_or_a_while(string? timeout, int seconds)
    {
        using var watch = (await WatchAsync(new RequestQuery { ResourceVersion = "1", TimeoutSeconds = timeout })).Watch;
        Assert.Equal(TimeSpan.FromSeconds(seconds), (await WatchAsync(new RequestQuery { ResourceVersion = "1", TimeoutSeconds = timeout })).Duration);
    }

    [Fact]
    public async Task The_client_in_the_process_sees_the_same_events()
    {
        await _bench.CreateConfigMapAsync("a");
        using var stop = new CancellationTokenSource();
        var events = _bench.Client.WatchAsync(ConfigMaps, "default", new Machinery.Client.WatchOptions { ResourceVersion = "1" }, stop.Token).GetAsyncEnumerator(stop.Token);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal((Machinery.Client.WatchEventType.Added, "2"), (events.Current.Type, events.Current.ResourceVersion));
        var waiting = events.MoveNextAsync();
        await _bench.RunAsync(Request(RequestVerb.Delete, ConfigMaps, "a"));
        Assert.True(await waiting);
        Assert.Equal((Machinery.Client.WatchEventType.Deleted, "3"), (events.Current.Type, events.Current.ResourceVersion));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await events.MoveNextAsync());
    }

    private Task<Api.Objects.StoredObject> PatchAsync(string patch) =>
        _bench.StoredAsync(Request(RequestVerb.Patch, ConfigMaps, "a", patch, "application/merge-patch+json"));
}
