using System.Collections.Concurrent;
using ActorKube.Api.Errors;
using ActorKube.Store.Hosting;
using ActorKube.Store.Journal;
using ActorKube.Store.Tests.Support;
using ActorKube.Testing.PostgreSql;
using Akka.Actor;
using Akka.Event;
using LinqToDB.Data;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Faults;

/// <summary>Two owners of one resource on PostgreSQL: its unique index keeps the one that is late from committing, and what its driver says of that is understood.</summary>
[Trait("Category", "PostgreSql")]
public sealed class ForestalledWriteTests(PostgreSqlServer server) : IClassFixture<PostgreSqlServer>
{
    [Fact]
    public async Task An_owner_whom_another_one_has_forestalled_says_so_in_one_line_and_goes_on_from_what_is_there()
    {
        Assert.SkipWhen(PostgreSqlServer.Home is null, "PostgreSQL is not installed.");
        var journal = JournalChoice.PostgreSql(await server.NewDatabase());
        await using var first = InProcessStore.Start(journal);
        await using var second = InProcessStore.Start(journal);
        var told = new ConcurrentQueue<LogEvent>();
        second.System.EventStream.Subscribe(second.System.ActorOf(Props.Create(() => new Listener(told))), typeof(LogEvent));
        await first.Store.Write(Create("a"));
        await second.Store.Write(Create("b"));

        Assert.Equal(504, await FailureAsync(first, "c"));
        var d = await first.Store.Write(Create("d"));
        Assert.Equal(504, await FailureAsync(second, "e"));
        var f = await second.Store.Write(Create("f"));

        // Had either written what the other one had not read, there would be two entries with one number.
        Assert.Equal((4L, 5L), (d.Revision, f.Revision));
        foreach (var store in (InProcessStore[])[second, first])
            Assert.Equal(["a", "b", "d", "f"], (await store.Store.Read()).Range(null, null).Select(static o => o.Key.Name));
        var entry = Assert.Single(told, static e => e.LogLevel() >= LogLevel.WarningLevel);
        Assert.Equal($"Another owner of {ConfigMaps}, or of something that was written with it, has written to the journal: this one stops and recovers", entry.Message.ToString());
        Assert.Null(entry.Cause);
    }

    [Fact]
    public async Task A_server_that_is_held_in_the_middle_of_a_write_holds_its_heir_up_for_seconds_only()
    {
        Assert.SkipWhen(PostgreSqlServer.Home is null, "PostgreSQL is not installed.");
        var database = await server.NewDatabase();
        await using var heir = InProcessStore.Start(JournalChoice.PostgreSql(database));
        await heir.Store.Write(Create("a"));
        // As the journal of the held one has it open: written, and never committed.
        using var held = new DataConnection(new PostgreSqlDatabase(database).Options());
        await held.BeginTransactionAsync(TestContext.Current.CancellationToken);
        held.OpenDbConnection().Execute($"INSERT INTO journal (created, deleted, persistence_id, sequence_number, message) VALUES (0, false, '{ConfigMaps}', 3, '')");

        Assert.Equal(3, (await heir.Store.Write(Create("b"))).Revision);
        Assert.Equal(2, (await heir.Store.Read()).Count);
    }

    private static async Task<int?> FailureAsync(InProcessStore store, string name) =>
        (await Assert.ThrowsAsync<ApiException>(async () => await store.Store.Write(Create(name)))).Status.Code;

    private sealed class Listener : ReceiveActor
    {
        public Listener(ConcurrentQueue<LogEvent> told) => Receive<LogEvent>(told.Enqueue);
    }
}
