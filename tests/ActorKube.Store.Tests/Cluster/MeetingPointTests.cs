using ActorKube.Store.Hosting;
using ActorKube.Store.Journal;
using ActorKube.Testing.PostgreSql;
using Npgsql;

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

    [Fact(Timeout = 30_000)]
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
        await BeAloneAsync(last, TestContext.Current.CancellationToken);
        // Their addresses are remembered for a while: to try them costs nothing.
        Assert.Equal(2, (await last.LookAsync(default)).Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_is_alone_hears_of_those_whose_entries_grew_old_while_the_database_was_away()
    {
        var database = await DatabaseAsync();
        var journal = JournalChoice.PostgreSql(database);
        await using var newcomer = journal.Meeting()!;
        await using (var member = journal.Meeting()!)
        {
            await member.EnterAsync(First, default);
            await using var connection = new NpgsqlConnection(database + ";Pooling=false");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand("UPDATE actorkube_servers SET seen = now() - interval '1 hour'", connection);
            await command.ExecuteNonQueryAsync();
            Assert.Empty(await newcomer.LookAsync(default));
        }
        await BeAloneAsync(newcomer, TestContext.Current.CancellationToken);
        Assert.Equal([First], await newcomer.LookAsync(default));
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

    [Fact(Timeout = 30_000)]
    public async Task A_database_that_does_not_get_on_with_a_statement_counts_as_away()
    {
        var database = await DatabaseAsync();
        await using var meeting = new PostgreSqlMeetingPoint(new PostgreSqlDatabase(database), statementSeconds: 1);
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using (var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken))
        {
            await using var command = new NpgsqlCommand("LOCK TABLE actorkube_servers", connection, transaction);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<JournalUnavailableException>(() => meeting.EnterAsync(First, TestContext.Current.CancellationToken));
        }
        Assert.Empty(await meeting.EnterAsync(First, TestContext.Current.CancellationToken));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_waits_for_as_long_as_another_one_forms_the_cluster()
    {
        var database = await DatabaseAsync();
        await using var forming = new PostgreSqlMeetingPoint(new PostgreSqlDatabase(database));
        await using var waiting = new PostgreSqlMeetingPoint(new PostgreSqlDatabase(database), statementSeconds: 1);
        Assert.True(await forming.TryBeAloneAsync(TestContext.Current.CancellationToken));
        var entering = waiting.EnterAsync(Second, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<TimeoutException>(() => entering.WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken));
        await forming.EnterAsync(First, TestContext.Current.CancellationToken);
        Assert.Equal([First], await entering);
    }

    // The database notices a moment later that a connection has been closed.
    private static async Task BeAloneAsync(IMeetingPoint meeting, CancellationToken cancel)
    {
        while (!await meeting.TryBeAloneAsync(cancel))
            await Task.Yield();
    }

    private async Task<JournalChoice> JournalAsync() => JournalChoice.PostgreSql(await DatabaseAsync());

    private async Task<string> DatabaseAsync()
    {
        Assert.SkipWhen(PostgreSqlServer.Missing is not null, PostgreSqlServer.Missing ?? "");
        var database = await server.NewDatabase();
        ClusterStore.Prepare(JournalChoice.PostgreSql(database));
        return database;
    }
}
