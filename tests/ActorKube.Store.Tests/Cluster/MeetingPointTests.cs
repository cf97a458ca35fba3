using ActorKube.Store.Hosting;
using ActorKube.Testing.PostgreSql;

namespace ActorKube.Store.Tests.Cluster;

[Trait("Category", "Cluster")]
public sealed class MeetingPointTests(PostgreSqlServer server) : IClassFixture<PostgreSqlServer>
{
    private static readonly MetServer First = new("akka://first", "c");
    private static readonly MetServer Second = new("akka://second", "c");

    [Fact]
    public async Task Only_one_server_is_alone_and_others_find_it_once_it_is_a_member()
    {
        var journal = await JournalAsync();
        await using var first = journal.Meeting()!;
        await using var second = journal.Meeting()!;
        Assert.True(await first.TryBeAloneAsync(default));
        Assert.False(await second.TryBeAloneAsync(default));
        Assert.Empty(await second.LookAsync(default));
        Assert.Empty(await first.EnterAsync(First, default));
        Assert.False(await second.TryBeAloneAsync(default));
        Assert.Equal([First], await second.LookAsync(default));
        Assert.Equal([First], await second.EnterAsync(Second, default));
    }

    [Fact]
    public async Task A_server_is_alone_again_when_all_others_have_gone_in_whatever_way()
    {
        var journal = await JournalAsync();
        await using var last = journal.Meeting()!;
        await using (var first = journal.Meeting()!)
        await using (var second = journal.Meeting()!)
        {
            await first.EnterAsync(First, default);
            await second.EnterAsync(Second, default);
            Assert.False(await last.TryBeAloneAsync(default));
        }
        Assert.True(await last.TryBeAloneAsync(default));
        // Their addresses are remembered for a while: to try them costs nothing.
        Assert.Equal(2, (await last.LookAsync(default)).Count);
    }

    [Fact]
    public async Task Presence_survives_a_lost_connection()
    {
        var journal = await JournalAsync();
        await using var first = journal.Meeting()!;
        await first.EnterAsync(First, default);
        await server.StopAsync();
        await Assert.ThrowsAsync<JournalUnavailableException>(() => first.EnterAsync(First, default));
        await server.StartAsync();
        await first.EnterAsync(First, default);
        await using var second = journal.Meeting()!;
        Assert.False(await second.TryBeAloneAsync(default));
        Assert.Equal([First], await second.LookAsync(default));
    }

    private async Task<JournalChoice> JournalAsync()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        var journal = JournalChoice.PostgreSql(await server.NewDatabase());
        ClusterStore.Prepare(journal);
        return journal;
    }
}
