using ActorKube.Store.Actors;
using ActorKube.Store.Hosting;
using ActorKube.Store.Resources;
using ActorKube.Store.Tests.Support;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.Store.Tests.Journal;

/// <summary>The plugin as Akka's persistence sees it; the store's own tests go through it from above.</summary>
public sealed class SqliteJournalTests : IAsyncDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(At.AddDays(1));
    private readonly TemporaryDirectory _directory = new();
    private readonly ActorSystem _system;
    private readonly IActorRef _journal;

    public SqliteJournalTests()
    {
        var choice = JournalChoice.Sqlite(_directory.Path);
        _system = ActorSystem.Create("journal", BootstrapSetup.Create().WithConfig(choice.Config().WithFallback(ConfigurationFactory.ParseString("akka.loglevel = WARNING"))).And(choice.Setup()).And(new JournalClock(_time)));
        _journal = Persistence.Instance.Apply(_system).JournalFor(null);
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _directory.Dispose();
    }

    [Fact]
    public void It_is_the_journal_of_an_embedded_store() =>
        Assert.Equal(SqliteJournal.ConfigPath, _system.Settings.Config.GetString("akka.persistence.journal.plugin"));

    [Fact]
    public async Task What_was_written_is_replayed_in_order_with_its_numbers_and_its_writer()
    {
        var answers = await Ask(new WriteMessages([Entry(1), Entry(2), Entry(3)], ActorRefs.Nobody, 1), 4);
        Assert.IsType<WriteMessagesSuccessful>(answers[0]);
        Assert.Equal([1L, 2, 3], answers.Skip(1).Select(a => Assert.IsType<WriteMessageSuccess>(a).Persistent.SequenceNr));
        var replayed = await Replay(2, long.MaxValue, long.MaxValue);
        Assert.Equal([(2, "w"), (3, "w")], replayed.Entries.Select(e => (e.SequenceNr, e.WriterGuid)));
        Assert.Equal(At, Assert.IsType<ResourceCreated>(replayed.Entries[0].Payload).At);
        Assert.All(replayed.Entries, e => Assert.Equal(_time.GetUtcNow().UtcTicks, e.Timestamp));
        Assert.Equal(3, replayed.Highest);
    }

    [Theory]
    [InlineData(1, 2, long.MaxValue, new long[] { 1, 2 })]
    [InlineData(1, long.MaxValue, 2, new long[] { 1, 2 })]
    [InlineData(3, 3, long.MaxValue, new long[] { 3 })]
    [InlineData(4, long.MaxValue, long.MaxValue, new long[0])]
    [InlineData(1, 0, 0, new long[0])]
    public async Task A_replay_is_limited_as_asked(long from, long to, long max, long[] expected)
    {
        await Ask(new WriteMessages([Entry(1), Entry(2), Entry(3)], ActorRefs.Nobody, 1), 4);
        var replayed = await Replay(from, to, max);
        Assert.Equal(expected, replayed.Entries.Select(e => e.SequenceNr));
        Assert.Equal(3, replayed.Highest);
    }

    [Fact]
    public async Task What_was_deleted_is_not_replayed()
    {
        await Ask(new WriteMessages([Entry(1), Entry(2), Entry(3)], ActorRefs.Nobody, 1), 4);
        var probe = NewProbe(1);
        _journal.Tell(new DeleteMessagesTo("p", 3, probe.Actor));
        Assert.Equal(3, Assert.IsType<DeleteMessagesSuccess>(Assert.Single(await probe.Messages)).ToSequenceNr);
        var replayed = await Replay(1, long.MaxValue, long.MaxValue);
        Assert.Empty(replayed.Entries);
        Assert.Equal(3, replayed.Highest);
    }

    [Fact]
    public async Task What_has_no_serial_form_is_rejected_and_the_rest_of_the_batch_is_written()
    {
        var answers = await Ask(new WriteMessages([Entry(1), Entry(2, new UnknownEvent(At)), Entry(3)], ActorRefs.Nobody, 1), 4);
        Assert.IsType<WriteMessagesSuccessful>(answers[0]);
        Assert.Collection(
            answers.Skip(1),
            a => Assert.IsType<WriteMessageSuccess>(a),
            a => Assert.IsType<InvalidOperationException>(Assert.IsType<WriteMessageRejected>(a).Cause),
            a => Assert.IsType<WriteMessageSuccess>(a));
        Assert.Equal([1L, 3], (await Replay(1, long.MaxValue, long.MaxValue)).Entries.Select(e => e.SequenceNr));
    }

    [Fact]
    public async Task A_number_that_is_taken_is_a_failure()
    {
        await Ask(new WriteMessages([Entry(1)], ActorRefs.Nobody, 1), 2);
        var answers = await Ask(new WriteMessages([Entry(1)], ActorRefs.Nobody, 2), 2);
        Assert.IsType<WriteMessagesFailed>(answers[0]);
        Assert.IsType<WriteMessageFailure>(answers[1]);
    }

    private static AtomicWrite Entry(long number, object? payload = null) =>
        new(new Persistent(payload ?? new ResourceCreated(At), number, "p", writerGuid: "w"));

    private async Task<List<object>> Ask(WriteMessages message, int answers)
    {
        var probe = NewProbe(answers);
        _journal.Tell(new WriteMessages(message.Messages, probe.Actor, message.ActorInstanceId));
        return await probe.Messages;
    }

    private async Task<(List<IPersistentRepresentation> Entries, long Highest)> Replay(long from, long to, long max)
    {
        var probe = NewProbe(until: static m => m is RecoverySuccess);
        _journal.Tell(new ReplayMessages(from, to, max, "p", probe.Actor));
        var messages = await probe.Messages;
        return (messages.OfType<ReplayedMessage>().Select(m => m.Persistent).ToList(), Assert.IsType<RecoverySuccess>(messages[^1]).HighestSequenceNr);
    }

    private (IActorRef Actor, Task<List<object>> Messages) NewProbe(int count)
    {
        var left = count;
        return NewProbe(_ => --left == 0);
    }

    private (IActorRef Actor, Task<List<object>> Messages) NewProbe(Func<object, bool> until)
    {
        var all = new TaskCompletionSource<List<object>>(TaskCreationOptions.RunContinuationsAsynchronously);
        return (_system.ActorOf(Props.Create(() => new Collector(until, all))), all.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    private sealed class Collector(Func<object, bool> until, TaskCompletionSource<List<object>> all) : UntypedActor
    {
        private readonly List<object> _messages = [];

        protected override void OnReceive(object message)
        {
            _messages.Add(message);
            if (until(message))
                all.TrySetResult(_messages);
        }
    }

    private sealed record UnknownEvent(DateTimeOffset At) : ResourceEvent(At);
}
