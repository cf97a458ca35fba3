using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Machinery.Tests;

public sealed class InformerTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly MemoryCluster _cluster;
    private readonly Informer _informer;
    private readonly List<string> _told = [];
    private readonly List<Exception> _faults = [];

    public InformerTests()
    {
        _cluster = new MemoryCluster(_time);
        _informer = new Informer(_cluster, ConfigMaps, new InformerOptions { OnFault = (_, fault) => _faults.Add(fault) }, _time);
    }

    public ValueTask DisposeAsync() => _informer.DisposeAsync();

    private void Create(string name, string label = "") => _cluster.Create(new ObjectAddress(ConfigMaps, "default", name), new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["labels"] = new JsonObject { ["app"] = label } },
    });

    private void Touch(string name, string label = "x") => _cluster.Change(ConfigMaps, "default", name, o => o["metadata"]!["labels"] = new JsonObject { ["app"] = label });

    private void Listen() => _informer.Subscribe(e => _told.Add(e switch
    {
        ObjectChanged { Old: null, New: not null } c => $"+{c.New.Key.Name}",
        ObjectChanged { New: null } c => $"-{c.Old!.Key.Name}",
        ObjectChanged c => $"~{c.New!.Key.Name}",
        InformerSynced => "synced",
        _ => $"at {e.Revision}",
    }));

    private string[] Names => [.. _informer.View.All.Select(o => o.Key.Name).Order()];

    [Fact]
    public void It_tells_what_there_is_then_that_it_has_synced_then_every_change()
    {
        Create("a");
        Listen();
        _informer.Start();
        Create("b");
        Touch("a");
        _cluster.Vanish(ConfigMaps, "default", "b");
        Assert.Equal(["+a", "synced", "+b", "~a", "-b"], _told);
        Assert.Equal(["a"], Names);
        Assert.True(_informer.HasSynced);
    }

    [Fact]
    public void A_later_handler_hears_the_present_state_first()
    {
        Create("a");
        _informer.Start();
        Create("b");
        Listen();
        Touch("b");
        Assert.Equal(["+a", "+b", "synced", "~b"], _told.Take(2).Order().Concat(_told.Skip(2)));
    }

    [Fact]
    public void A_stream_that_ends_is_resumed_where_it_was()
    {
        _informer.Start();
        Listen();
        Create("a");
        _cluster[ConfigMaps].EndWatches();
        Create("b");
        Assert.Equal(["synced", "+a", "+b"], _told);
        Assert.Empty(_faults);
    }

    [Fact]
    public void After_410_it_lists_again_and_tells_only_the_difference()
    {
        Create("kept");
        Create("changed");
        Create("gone");
        _informer.Start();
        var kept = _informer.View.Find(new ObjectKey("default", "kept"));
        Listen();
        _told.Clear();
        _cluster.Fault = (verb, _) => verb is "watch" or "list" ? ApiErrors.ServiceUnavailable("restarting") : null;
        _cluster[ConfigMaps].EndWatches(new IOException("cut"));
        Touch("changed");
        _cluster.Vanish(ConfigMaps, "default", "gone");
        Create("new");
        _cluster[ConfigMaps].Compact();
        _cluster.Fault = null;
        _time.Advance(TimeSpan.FromMinutes(1));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["+new", "-gone", "~changed"], _told.Where(t => !t.StartsWith("at", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Same(kept, _informer.View.Find(new ObjectKey("default", "kept")));
    }

    [Fact]
    public void Failures_are_retried_with_growing_waits()
    {
        var lists = 0;
        _cluster.Fault = (verb, _) =>
        {
            lists += verb == "list" ? 1 : 0;
            return ApiErrors.ServiceUnavailable("down");
        };
        _informer.Start();
        for (var second = 0; second < 300; second++)
            _time.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(lists, 8, 16);
        Assert.False(_informer.HasSynced);
        _cluster.Fault = null;
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.True(_informer.HasSynced);
    }

    [Fact]
    public void A_server_that_ends_every_stream_at_once_is_not_asked_in_a_tight_loop()
    {
        var client = new EndingClient();
        var informer = new Informer(client, ConfigMaps, new InformerOptions(), _time);
        informer.Start();
        for (var second = 0; second < 60; second++)
            _time.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(client.Watches, 4, 12);
    }

    [Fact]
    public void A_stream_that_ends_after_a_long_silence_is_renewed_at_once()
    {
        Create("a");
        _informer.Start();
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(40));
            _cluster[ConfigMaps].EndWatches();
            Assert.Equal(1, _cluster[ConfigMaps].WatchCount);
        }
        Create("b");
        Assert.Equal(["a", "b"], Names);
    }

    [Fact]
    public void A_bookmark_moves_the_revision_and_nothing_else()
    {
        _informer.Start();
        Listen();
        Create("a");
        _cluster[ConfigMaps].Bookmark();
        Assert.Equal(["synced", "+a", "at 2"], _told);
        Assert.Equal(2, _informer.View.Revision);
    }

    [Fact]
    public void Indexes_follow_every_change_and_may_be_added_late()
    {
        var byApp = CacheIndex.Label("app");
        Create("a", "web");
        _informer.Start();
        _informer.AddIndex(byApp);
        Create("b", "web");
        Create("c", "db");
        string[] Apps(string app) => [.. _informer.View.By(byApp, app).Select(o => o.Key.Name).Order()];
        Assert.Equal(["a", "b"], Apps("web"));
        var before = _informer.View;
        Touch("a", "db");
        _cluster.Vanish(ConfigMaps, "default", "b");
        Assert.Empty(Apps("web"));
        Assert.Equal(["a", "c"], Apps("db"));
        Assert.Equal(2, before.CountBy(byApp, "web"));
        Assert.Throws<InvalidOperationException>(() => _informer.View.By(CacheIndex.Node, "n1"));
    }

    [Fact]
    public void Selectors_find_objects_by_their_labels_through_every_change()
    {
        Create("a", "web");
        _informer.Start();
        _informer.AddIndex(CacheIndex.Namespace);
        _informer.AddIndex(CacheIndex.Labels);
        Create("b", "web");
        Create("c", "db");
        string[] Matching(string selector, string ns = "default") => [.. _informer.View.Matching(ns, LabelSelector.Parse(selector)).Select(o => o.Key.Name).Order()];
        Assert.Equal(["a", "b"], Matching("app=web"));
        Assert.Equal([], Matching("app=web", "other"));
        Assert.Equal(["c"], Matching("app!=web"));
        Assert.Equal(["a", "b", "c"], Matching("app in (web,db)"));
        Assert.Equal([], Matching("app=web,tier=front"));
        var before = _informer.View;
        _cluster.Change(ConfigMaps, "default", "a", o => o["metadata"]!["labels"] = new JsonObject { ["app"] = "db", ["tier"] = "front" });
        _cluster.Vanish(ConfigMaps, "default", "b");
        Assert.Equal([], Matching("app=web"));
        Assert.Equal(["a", "c"], Matching("app=db"));
        Assert.Equal(["a"], Matching("app=db,tier=front"));
        Assert.Equal(2, before.Matching("default", LabelSelector.Parse("app=web")).Count());
    }

    [Fact]
    public void Objects_that_select_are_found_by_the_labels_that_they_may_select()
    {
        var bySelector = SelectorIndex.Of<Selecting>(s => s.Selector.Length == 0 ? null : ("default", LabelSelector.Parse(s.Selector)));
        _informer.Start();
        _informer.AddIndex(bySelector);
        Create("one", "x=1");
        Create("other", "x=2,y=1");
        Create("vague", "x notin (1)");
        Create("unreadable", "x in");
        Create("none");
        string[] For(params string[] labels) => [.. _informer.View.Candidates(bySelector, "default", new Labels(labels)).Select(o => o.Key.Name).Order()];
        Assert.Equal(["one", "vague"], For("x", "1"));
        Assert.Equal(["other", "vague"], For("x", "2"));
        Assert.Equal(["vague"], For("y", "1"));
        Touch("one", "x=2");
        Assert.Equal(["one", "other", "vague"], For("x", "2", "y", "1"));
        Assert.Equal([], _faults);
    }

    [Fact]
    public async Task A_factory_shares_one_informer_per_resource()
    {
        await using var factory = new InformerFactory(_cluster, new InformerOptions(), _time);
        var first = factory.Get(ConfigMaps);
        Assert.Same(first, factory.Get(ConfigMaps, CacheIndex.Namespace));
        Assert.NotSame(first, factory.Get(Secrets));
        Assert.Equal(1, _cluster[ConfigMaps].WatchCount);
        await factory.RemoveAsync(ConfigMaps);
        Assert.Equal(0, _cluster[ConfigMaps].WatchCount);
    }

    [Fact]
    public void The_cache_holds_the_very_objects_it_was_given_and_projects_each_once()
    {
        Create("a");
        _informer.Start();
        var cached = _informer.View.Find(new ObjectKey("default", "a"))!;
        Assert.Same(_cluster.Find(ConfigMaps, "default", "a"), cached.Object);
        Assert.Same(cached.As<PodView>(), cached.As<PodView>());
    }

    private sealed class EndingClient : IResourceClient
    {
        public int Watches { get; private set; }

        public ValueTask<ObjectList> ListAsync(GroupVersionResource resource, string? ns, ListOptions? options = null, CancellationToken cancel = default) => new(new ObjectList([], "1", null));

        public async IAsyncEnumerable<WatchEvent> WatchAsync(GroupVersionResource resource, string? ns, WatchOptions options, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel = default)
        {
            Watches++;
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask<StoredObject> GetAsync(ObjectAddress address, ReadOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<StoredObject> CreateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<StoredObject> UpdateAsync(ObjectAddress address, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<StoredObject> PatchAsync(ObjectAddress address, PatchType type, ReadOnlyMemory<byte> patch, WriteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask<StoredObject> DeleteAsync(ObjectAddress address, DeleteOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

        public ValueTask DeleteCollectionAsync(GroupVersionResource resource, string? ns, DeleteOptions? options = null, ListOptions? select = null, CancellationToken cancel = default) => throw new NotSupportedException();
    }

    private sealed record Selecting(string Selector) : IObjectView<Selecting>
    {
        public static Selecting Project(StoredObject item) => new(item.Head.Labels["app"] ?? "");
    }
}
