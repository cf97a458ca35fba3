using ActorKube.Api.Errors;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Tests.Support;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Conformance;

/// <summary>What every store has to do, whatever its journal. The consistency contract, rule by rule.</summary>
public abstract class StoreConformance
{
    protected abstract IResourceStore Store { get; }

    [Fact]
    public async Task An_empty_resource_has_revision_1()
    {
        var cut = await Store.Read();
        Assert.Equal((1L, 0), (cut.Revision, cut.Count));
    }

    [Fact]
    public async Task A_created_object_carries_the_revision_of_its_creation()
    {
        var created = await Store.Write(Create("a"));
        Assert.Equal(WriteOutcome.Committed, created.Outcome);
        Assert.Equal(2, created.Revision);
        Assert.Equal(2, created.Object!.Revision);
        Assert.Contains("\"resourceVersion\":\"2\"", Text(created.Object));
        Assert.Same(created.Object, (await Store.Read()).Find(Key("a")));
    }

    [Fact]
    public async Task A_taken_name_is_refused_with_the_object_that_has_it()
    {
        var first = await Store.Write(Create("a"));
        var second = await Store.Write(Create("a"));
        Assert.Equal(WriteOutcome.AlreadyExists, second.Outcome);
        Assert.Same(first.Object, second.Object);
        Assert.Equal(first.Revision, second.Revision);
    }

    [Fact]
    public async Task A_replacement_needs_the_current_revision()
    {
        var created = (await Store.Write(Create("a"))).Object!;
        var replaced = await Store.Write(Replace(created, "y"));
        Assert.True(replaced.Committed);
        var late = await Store.Write(Replace(created, "z"));
        Assert.Equal(WriteOutcome.RevisionMismatch, late.Outcome);
        Assert.Equal("y", Value(late.Object!));
    }

    [Fact]
    public async Task A_replacement_needs_the_same_incarnation()
    {
        var created = (await Store.Write(Create("a", uid: "u1"))).Object!;
        var result = await Store.Write(new ReplaceObject(Key("a"), created.Revision, Content(Key("a"), "u2")));
        Assert.Equal(WriteOutcome.UidMismatch, result.Outcome);
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_replaced_or_removed()
    {
        Assert.Equal(WriteOutcome.NotFound, (await Store.Write(new ReplaceObject(Key("a"), 1, Content(Key("a"))))).Outcome);
        Assert.Equal(WriteOutcome.NotFound, (await Store.Write(Remove("a"))).Outcome);
    }

    [Fact]
    public async Task Removal_answers_the_last_state_at_the_revision_of_the_removal()
    {
        await Store.Write(Create("a", value: "last"));
        var removed = await Store.Write(Remove("a"));
        Assert.Equal((true, 3L), (removed.Committed, removed.Revision));
        Assert.Equal((3L, "last"), (removed.Object!.Revision, Value(removed.Object)));
        Assert.Contains("\"resourceVersion\":\"3\"", Text(removed.Object));
        Assert.Equal(0, (await Store.Read()).Count);
    }

    [Fact]
    public async Task Removal_honours_its_preconditions()
    {
        var created = (await Store.Write(Create("a", uid: "u1"))).Object!;
        Assert.Equal(WriteOutcome.UidMismatch, (await Store.Write(new RemoveObject(Key("a"), null, "u2"))).Outcome);
        Assert.Equal(WriteOutcome.RevisionMismatch, (await Store.Write(new RemoveObject(Key("a"), created.Revision + 1, "u1"))).Outcome);
        Assert.True((await Store.Write(new RemoveObject(Key("a"), created.Revision, "u1"))).Committed);
    }

    [Fact]
    public async Task Of_many_who_replace_the_same_revision_one_wins()
    {
        var created = (await Store.Write(Create("a"))).Object!;
        var results = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Store.Write(Replace(created, $"v{i}")).AsTask()));
        var winner = Assert.Single(results, r => r.Committed);
        Assert.All(results.Where(r => !r.Committed), r => Assert.Equal(WriteOutcome.RevisionMismatch, r.Outcome));
        Assert.Same(winner.Object, (await Store.Read()).Find(Key("a")));
    }

    [Fact]
    public async Task A_refusal_is_answered_only_when_what_it_rests_on_is_durable()
    {
        await Store.Read();
        var create = Store.Write(Create("a")).AsTask();
        var refused = await Store.Write(Create("a"));
        Assert.Equal(WriteOutcome.AlreadyExists, refused.Outcome);
        Assert.Same(refused.Object, (await Store.Read()).Find(Key("a")));
        Assert.True((await create).Committed);
    }

    [Fact]
    public async Task Many_writes_in_one_call_keep_their_order_and_fail_one_by_one()
    {
        var results = await Store.WriteManyAsync(ConfigMaps, [Create("a"), Create("a"), Create("b"), Remove("a")], CancellationToken.None);
        Assert.Equal([WriteOutcome.Committed, WriteOutcome.AlreadyExists, WriteOutcome.Committed, WriteOutcome.Committed], results.Select(r => r.Outcome));
        Assert.Equal(["b"], (await Store.Read()).Range(null, null).Select(o => o.Key.Name));
    }

    [Fact]
    public async Task An_older_holder_of_a_fence_is_refused()
    {
        Assert.True((await Store.Write(Create("a") with { Fence = new Fence("scheduler", 2) })).Committed);
        Assert.Equal(WriteOutcome.Fenced, (await Store.Write(Create("b") with { Fence = new Fence("scheduler", 1) })).Outcome);
        Assert.True((await Store.Write(Create("b") with { Fence = new Fence("scheduler", 2) })).Committed);
        Assert.True((await Store.Write(Create("c") with { Fence = new Fence("other", 1) })).Committed);
        Assert.True((await Store.Write(Create("d"))).Committed);
    }

    [Fact]
    public async Task Only_who_holds_a_role_may_write_for_it()
    {
        var (first, second) = (new Tenure("controller", "1"), new Tenure("controller", "2"));
        Assert.Equal(WriteOutcome.Fenced, (await Store.Write(Create("a") with { Tenure = first })).Outcome);
        Assert.True((await Store.Write(new BeginTenure(first, Renews: true))).Committed);
        Assert.True((await Store.Write(Create("a") with { Tenure = first })).Committed);
        Assert.Equal(WriteOutcome.Fenced, (await Store.Write(new BeginTenure(second, Renews: true))).Outcome);
        Assert.True((await Store.Write(new BeginTenure(second, Renews: false))).Committed);
        Assert.Equal(WriteOutcome.Fenced, (await Store.Write(Remove("a") with { Tenure = first })).Outcome);
        Assert.Equal(WriteOutcome.Fenced, (await Store.Write(new BeginTenure(first, Renews: true))).Outcome);
        Assert.True((await Store.Write(Remove("a") with { Tenure = second })).Committed);
        Assert.True((await Store.Write(Create("b"))).Committed);
    }

    [Fact]
    public async Task A_tenure_begins_when_all_that_was_decided_before_it_can_be_read()
    {
        await Store.Read();
        var before = Store.Write(Create("a")).AsTask();
        var begun = await Store.Write(new BeginTenure(new Tenure("controller", "1"), Renews: false));
        Assert.NotNull((await Store.ReadAsync(ConfigMaps, ReadAt.NotOlderThan(begun.Revision), CancellationToken.None)).Find(Key("a")));
        Assert.Equal((await before).Revision, begun.Revision);
    }

    [Fact]
    public async Task Lists_are_in_key_order_and_can_continue_after_a_key()
    {
        foreach (var (name, ns) in new[] { ("b", "n2"), ("a", "n1"), ("c", "n1"), ("b", "n1"), ("a", "n10") })
            await Store.Write(Create(name, ns));
        var cut = await Store.Read();
        Assert.Equal(["n1/a", "n1/b", "n1/c", "n10/a", "n2/b"], cut.Range(null, null).Select(o => o.Key.ToString()));
        Assert.Equal(["n1/b", "n1/c"], cut.Range("n1", Key("a", "n1")).Select(o => o.Key.ToString()));
        Assert.Equal((5, 3, 2, 1), (cut.CountRange(null, null), cut.CountRange("n1", null), cut.CountRange("n1", Key("a", "n1")), cut.CountRange(null, Key("a", "n10"))));
    }

    [Fact]
    public async Task List_then_watch_sees_each_later_change_once_in_order()
    {
        await Store.Write(Create("a"));
        var cut = await Store.Read();
        var b = (await Store.Write(Create("b"))).Object!;
        using var watch = await Store.Watch(cut.Revision);
        await Store.Write(Replace(b, "y"));
        var removed = await Store.Write(Remove("b"));
        var changes = await watch.ReadTo(removed.Revision);
        Assert.Equal(
            [(ChangeType.Added, 3L, "x"), (ChangeType.Modified, 4L, "y"), (ChangeType.Deleted, 5L, "y")],
            changes.Select(c => (c.Type, c.Revision, Value(c.Object))));
        Assert.Equal(5, changes[^1].Object.Revision);
        Assert.Equal(5, watch.SafeRevision);
    }

    [Fact]
    public async Task A_selector_turns_changes_into_appearing_and_disappearing()
    {
        using var watch = await Store.Watch(1, new ObjectFilter { Predicate = o => o.Head.Labels["app"] == "web" });
        var a = (await Store.Write(Create("a", label: "db"))).Object!;
        a = (await Store.Write(Replace(a, "1", label: "web"))).Object!;
        a = (await Store.Write(Replace(a, "2", label: "web"))).Object!;
        var left = await Store.Write(Replace(a, "3", label: "db"));
        var changes = await watch.ReadTo(left.Revision);
        Assert.Equal(
            [(ChangeType.Added, "1"), (ChangeType.Modified, "2"), (ChangeType.Deleted, "2")],
            changes.Select(c => (c.Type, Value(c.Object))));
        Assert.Contains($"\"resourceVersion\":\"{left.Revision}\"", Text(changes[^1].Object));
    }

    [Theory]
    [InlineData("n1", null, 2)]
    [InlineData("n1", "a", 1)]
    [InlineData(null, "a", 2)]
    [InlineData(null, null, 4)]
    public async Task A_watch_of_a_namespace_or_name_sees_nothing_else(string? ns, string? name, int expected)
    {
        using var watch = await Store.Watch(1, new ObjectFilter { Namespace = ns, Name = name });
        foreach (var command in new[] { Create("a", "n1"), Create("b", "n1"), Create("a", "n2"), Create("b", "n2") })
            await Store.Write(command);
        var sentinel = await Store.Write(Create(name ?? "z", ns ?? "n3"));
        var seen = sentinel.Committed ? await watch.ReadTo(sentinel.Revision) : [await watch.Next()];
        Assert.Equal(expected, seen.Count(c => c.Revision != sentinel.Revision || !sentinel.Committed));
    }

    [Fact]
    public async Task A_watch_by_indexed_field_follows_the_field()
    {
        var filter = new ObjectFilter { Indexed = new FieldEquality("data.key", "mine") };
        using var watch = await Store.Watch(1, filter);
        await Store.Write(Create("other", value: "theirs"));
        var a = (await Store.Write(Create("a", value: "mine"))).Object!;
        var gone = await Store.Write(Replace(a, "theirs"));
        Assert.Equal([ChangeType.Added, ChangeType.Deleted], (await watch.ReadTo(gone.Revision)).Select(c => c.Type));
    }

    [Fact]
    public async Task An_idle_watch_tells_how_far_it_is_safe()
    {
        using var watch = await Store.Watch(1, new ObjectFilter { Namespace = "quiet" });
        using var other = await Store.Watch(1);
        var created = await Store.Write(Create("a"));
        await other.ReadTo(created.Revision);
        using var second = await Store.Watch(created.Revision);
        Assert.False(watch.TryRead(out _));
        Assert.True(watch.SafeRevision is 1 or 2);
        Assert.Equal(2, second.SafeRevision);
    }

    [Fact]
    public async Task Watchers_share_the_events_they_see_alike()
    {
        using var first = await Store.Watch(1);
        using var second = await Store.Watch(1);
        await Store.Write(Create("a"));
        Assert.Same(await first.Next(), await second.Next());
    }

    [Fact]
    public async Task A_past_revision_can_be_read_as_it_was()
    {
        var a = (await Store.Write(Create("a", value: "1"))).Object!;
        await Store.Write(Replace(a, "2"));
        await Store.Write(Create("b"));
        await Store.Write(Remove("a"));
        var cut = await Store.Read(ReadAt.Exact(3));
        Assert.Equal((3L, 1, "2"), (cut.Revision, cut.Count, Value(cut.Find(Key("a"))!)));
        Assert.Equal("1", Value((await Store.Read(ReadAt.Exact(2))).Find(Key("a"))!));
        Assert.Equal(0, (await Store.Read(ReadAt.Exact(1))).Count);
    }

    [Fact]
    public async Task A_revision_that_is_not_retained_is_expired()
    {
        await Store.Write(Create("a"));
        var watch = await Assert.ThrowsAsync<ApiException>(async () => await Store.Watch(0));
        Assert.Equal((410, "too old resource version: 0 (1)"), (watch.Status.Code, watch.Status.Message));
        var read = await Assert.ThrowsAsync<ApiException>(async () => await Store.Read(ReadAt.Exact(0)));
        Assert.Equal(410, read.Status.Code);
    }

    [Fact]
    public async Task A_read_not_older_than_a_coming_revision_waits_for_it()
    {
        await Store.Write(Create("a"));
        var read = Store.Read(ReadAt.NotOlderThan(3)).AsTask();
        await Store.Write(Create("b"));
        Assert.True((await read).Revision >= 3);
    }

    [Fact]
    public async Task A_list_stays_as_it_is_while_writes_go_on()
    {
        await Store.Write(Create("a"));
        var cut = await Store.Read();
        await Store.Write(Remove("a"));
        Assert.Equal(1, cut.Count);
        Assert.NotNull(cut.Find(Key("a")));
    }

    [Fact]
    public async Task All_watchers_see_the_same_order_under_concurrent_writers()
    {
        using var first = await Store.Watch(1);
        using var second = await Store.Watch(1);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(w => Task.Run(async () =>
        {
            for (var i = 0; i < 50; i++)
                await Store.Write(Create($"w{w}-{i}"));
        })));
        var last = (await Store.Read()).Revision;
        Assert.Equal(401, last);
        var seen = await first.ReadTo(last);
        Assert.Equal(Enumerable.Range(2, 400).Select(r => (long)r), seen.Select(c => c.Revision));
        Assert.Equal(seen, await second.ReadTo(last));
    }
}
