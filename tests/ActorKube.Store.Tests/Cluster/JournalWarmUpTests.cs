using ActorKube.Protocol.Store;
using ActorKube.Store.Actors;
using ActorKube.Store.Hosting;
using ActorKube.Store.Tests.Support;
using Akka.Actor;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Cluster;

public sealed class JournalWarmUpTests
{
    private static readonly ResourceId Namespaces = ResourceId.Parse("root//namespaces");

    [Fact]
    public async Task Reading_the_journal_once_writes_nothing_whatever_is_there()
    {
        using var directory = new TemporaryDirectory();
        var journal = JournalChoice.Sqlite(directory.Path);
        await using (var store = InProcessStore.Start(journal))
        {
            await ReadOnceAsync(store);
            Assert.Equal(2, (await store.Store.WriteAsync(Namespaces, Create("a"), CancellationToken.None)).Revision);
            await ReadOnceAsync(store);
            Assert.Equal(3, (await store.Store.WriteAsync(Namespaces, Create("b"), CancellationToken.None)).Revision);
        }
        await using var again = InProcessStore.Start(journal);
        await ReadOnceAsync(again);
        Assert.Equal(3, (await again.Store.ReadAsync(Namespaces, ReadAt.Latest, CancellationToken.None)).Revision);
    }

    private static async Task ReadOnceAsync(InProcessStore store) =>
        await store.System.ActorOf(JournalWarmUp.Props()).WatchAsync().WaitAsync(StoreCalls.Patience, TestContext.Current.CancellationToken);
}
