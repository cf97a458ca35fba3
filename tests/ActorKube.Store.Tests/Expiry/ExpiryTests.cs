using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Store.Hosting;
using ActorKube.Store.Resources;
using ActorKube.Store.Tests.Support;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Expiry;

public sealed class ExpiryTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly InProcessStore _process;

    public ExpiryTests() => _process = InProcessStore.Start(time: _time);

    private IResourceStore Store => _process.Store;

    [Fact]
    public async Task Objects_go_when_their_time_has_come_and_not_before()
    {
        using var watch = await Store.Watch(1);
        await Store.Write(Until("late", hours: 2));
        await Store.Write(Until("soon", hours: 1));
        await Store.Write(Create("stays"));
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal(3, (await Store.Read()).Count);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((ChangeType.Deleted, "soon"), Seen((await watch.ReadTo(5))[^1]));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((ChangeType.Deleted, "late"), Seen((await watch.ReadTo(6))[^1]));
        Assert.Equal(["stays"], (await Store.Read()).Range(null, null).Select(o => o.Key.Name));
    }

    [Fact]
    public async Task A_later_write_has_its_own_say()
    {
        using var watch = await Store.Watch(1);
        var a = (await Store.Write(Until("a", hours: 1))).Object!;
        await Store.Write(Replace(a, "kept"));
        await Store.Write(Until("b", hours: 1));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((ChangeType.Deleted, "b"), Seen((await watch.ReadTo(5))[^1]));
        Assert.Equal("kept", Value((await Store.Read()).Find(Key("a"))!));
    }

    [Fact]
    public async Task What_was_renewed_stays_until_its_new_time()
    {
        using var watch = await Store.Watch(1);
        var a = (await Store.Write(Until("a", hours: 1))).Object!;
        await Store.Write(Replace(a, "renewed") with { ExpiresAt = _time.GetUtcNow() + TimeSpan.FromHours(2) });
        await Store.Write(Until("b", hours: 1));
        _time.Advance(TimeSpan.FromHours(1));
        // Both times have been looked at: the old one of a comes before that of b.
        Assert.Equal((ChangeType.Deleted, "b"), Seen((await watch.ReadTo(5))[^1]));
        Assert.Equal("renewed", Value((await Store.Read()).Find(Key("a"))!));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal((ChangeType.Deleted, "a"), Seen(await watch.Next()));
    }

    [Fact]
    public async Task What_expired_while_the_resource_was_down_goes_when_it_comes_up()
    {
        await Store.Write(Until("a", hours: 1));
        using var before = await Store.Watch(2);
        _process.Region.Tell(new Actors.StopResource(ConfigMaps.ToString()), ActorRefs.NoSender);
        Assert.False(await before.WaitAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromHours(3));
        using var after = await Store.Watch(2);
        Assert.Equal((ChangeType.Deleted, "a"), Seen(await after.Next()));
    }

    [Fact]
    public async Task Thousands_that_expire_at_once_all_go()
    {
        using var watch = await Store.Watch(1);
        await Task.WhenAll(Enumerable.Range(0, 1500).Select(i => Store.Write(Until($"o{i}", hours: 1)).AsTask()));
        _time.Advance(TimeSpan.FromHours(1));
        await watch.ReadTo(3001);
        Assert.Equal(0, (await Store.Read()).Count);
    }

    [Fact]
    public void A_write_without_an_expiry_forgets_the_former_one_before_a_snapshot_can_give_it_to_the_new_state()
    {
        var at = _time.GetUtcNow();
        static StoredObject At(long revision) => StoredObject.Parse(Content(Key("a")).At(revision));
        var state = ResourceState.Empty.Apply(new ObjectStored(at, At(2), Added: true, at.AddHours(1), null), 2, out _);
        Assert.Equal(new ActorKube.Store.Resources.Expiry(at.AddHours(1), 2), state.Expiries[Key("a")]);
        Assert.Empty(state.Apply(new ObjectStored(at, At(3), Added: false, null, null), 3, out _).Expiries);
        Assert.Empty(state.Apply(new ObjectRemoved(at, Key("a"), "u1", null), 3, out _).Expiries);
    }

    private CreateObject Until(string name, int hours) => Create(name) with { ExpiresAt = _time.GetUtcNow() + TimeSpan.FromHours(hours) };

    private static (ChangeType, string) Seen(ResourceChange change) => (change.Type, change.Object.Key.Name);

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
