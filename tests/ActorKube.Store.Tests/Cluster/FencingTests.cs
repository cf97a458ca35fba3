using ActorKube.Api.Errors;
using ActorKube.Protocol.Store;
using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Cluster;

/// <summary>Two processes that both believe to own a resource, as on the two sides of a partition, with one journal.</summary>
public sealed class FencingTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private InProcessStore? _first;
    private InProcessStore? _second;

    public async ValueTask InitializeAsync()
    {
        _first = InProcessStore.Start(JournalChoice.Sqlite(_directory.Path) with { IsShared = true });
        _second = InProcessStore.Start(JournalChoice.Sqlite(_directory.Path) with { IsShared = true });
        await _first.Store.Read();
        await _second.Store.Read();
    }

    [Fact]
    public async Task The_second_writer_of_a_number_loses_recovers_and_goes_on()
    {
        var won = await _first!.Store.Write(Create("a", value: "first"));
        var failure = await Assert.ThrowsAsync<ApiException>(async () => await _second!.Store.Write(Create("a", value: "second")));
        Assert.Equal(504, failure.Status.Code);
        var refused = await _second!.Store.Write(Create("a", value: "second"));
        Assert.Equal((WriteOutcome.AlreadyExists, "first", won.Revision), (refused.Outcome, Value(refused.Object!), refused.Object!.Revision));
        Assert.Equal(won.Revision + 1, (await _second.Store.Write(Create("b"))).Revision);
    }

    [Fact]
    public async Task A_consistent_read_finds_what_another_owner_has_written()
    {
        for (var i = 0; i < 3; i++)
        {
            var written = await _first!.Store.Write(Create($"a{i}"));
            Assert.Equal(written.Revision, (await _second!.Store.Read()).Revision);
        }
    }

    [Fact]
    public async Task A_stale_owner_shows_nothing_that_was_not_committed()
    {
        using var watch = await _second!.Store.Watch(1);
        await _first!.Store.Write(Create("a"));
        await Assert.ThrowsAsync<ApiException>(async () => await _second.Store.Write(Create("lost")));
        Assert.False(await watch.WaitAsync(CancellationToken.None));
        using var resumed = await _second.Store.Watch(1);
        Assert.Equal("a", (await resumed.Next()).Object.Key.Name);
        Assert.Null((await _second.Store.Read()).Find(Key("lost")));
    }

    public async ValueTask DisposeAsync()
    {
        await _first!.DisposeAsync();
        await _second!.DisposeAsync();
        _directory.Dispose();
    }
}
