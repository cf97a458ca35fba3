using System.Threading.Channels;
using ActorKube.Protocol.Persistence;
using ActorKube.Testing.Faults;
using Akka.Actor;
using Akka.Configuration;

namespace ActorKube.Protocol.Tests.Persistence;

public sealed class PipelinedPersistentActorTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly JournalFaults _faults = new();
    private readonly Channel<string> _told = Channel.CreateUnbounded<string>();
    private readonly ActorSystem _system;

    public PipelinedPersistentActorTests() => _system = ActorSystem.Create("pipelined", BootstrapSetup.Create()
        .WithConfig(ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [], log-dead-letters = off }").WithFallback(_faults.Settings))
        .And(_faults));

    public async ValueTask DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task What_is_decided_while_the_journal_writes_is_told_once_it_is_durable_and_in_order()
    {
        var (notebook, held) = await BusyAsync("a", "b", "?q", "c");
        Assert.False(_told.Reader.TryRead(out _));
        held.LetGo();
        await ExpectAsync("a durable", "b durable", "?q durable", "c durable");
        notebook.Tell("?r");
        await ExpectAsync("?r durable");
    }

    [Theory]
    [InlineData(JournalFault.Fail, "b lost, perhaps", "a")]
    [InlineData(JournalFault.FailAfterWriting, "b lost, perhaps", "a b c")]
    [InlineData(JournalFault.Hang, "b lost, perhaps", "a")]
    [InlineData(JournalFault.Reject, "b lost", "a c")]
    public async Task When_the_journal_does_not_take_an_event_everything_behind_it_is_told_so_and_the_actor_stops(JournalFault fault, string toldOfIt, string recovered)
    {
        var (_, held) = await BusyAsync("a", "b", "?q", "c");
        _faults.Strike(2, fault);
        held.LetGo();
        await ExpectAsync("a durable", toldOfIt, "?q lost", "c lost, perhaps", "stopped");
        Start();
        await ExpectAsync($"recovered {recovered}");
    }

    [Fact]
    public async Task An_effect_that_fails_is_told_so_like_everything_behind_it()
    {
        var (_, held) = await BusyAsync("a", "defect", "b");
        held.LetGo();
        await ExpectAsync("a durable", "defect lost, perhaps", "b lost, perhaps", "stopped", "recovered a defect b");
    }

    [Fact]
    public async Task Asked_to_finish_it_stops_when_everything_it_has_decided_is_durable()
    {
        var (notebook, held) = await BusyAsync("a", "b", "?q");
        notebook.Tell(Drain.Instance);
        notebook.Tell(Drain.Instance);
        await notebook.Ask("echo", Patience);
        await ExpectAsync("finishes");
        Assert.False(_told.Reader.TryRead(out _));
        held.LetGo();
        await ExpectAsync("a durable", "b durable", "?q durable", "stopped");
        notebook = Start();
        await ExpectAsync("recovered a b");
        notebook.Tell(Drain.Instance);
        await ExpectAsync("finishes", "stopped");
    }

    /// <summary>An actor that has decided about all of these while the journal is busy with the first.</summary>
    private async Task<(IActorRef Notebook, HeldWrite Held)> BusyAsync(params string[] items)
    {
        var held = _faults.Hold(1);
        var notebook = Start();
        await ExpectAsync("recovered ");
        foreach (var item in items)
            notebook.Tell(item);
        await notebook.Ask("echo", Patience);
        await held.Reached.WaitAsync(Patience);
        return (notebook, held);
    }

    private IActorRef Start() => _system.ActorOf(Props.Create(() => new Notebook(_told.Writer)));

    private async Task ExpectAsync(params string[] expected)
    {
        foreach (var item in expected)
            Assert.Equal(item, await _told.Reader.ReadAsync().AsTask().WaitAsync(Patience));
    }

    /// <summary>Writes what it is told, answers questions once what it decided before is durable, and tells of everything.</summary>
    private sealed class Notebook(ChannelWriter<string> told) : PipelinedPersistentActor
    {
        private readonly List<string> _recovered = [];

        public override string PersistenceId => "notebook";

        protected override void OnReplayed(object message) => _recovered.Add((string)message);

        protected override void OnRecovered() => told.TryWrite($"recovered {string.Join(' ', _recovered)}");

        protected override void OnPipelinedCommand(object message)
        {
            var text = (string)message;
            if (text == "echo")
                Sender.Tell(text);
            else if (text.StartsWith('?'))
                AfterInFlight(new Effect(text, told));
            else
                Pipeline(text, text.Length, new Effect(text, told));
        }

        protected override void OnDraining() => told.TryWrite("finishes");

        protected override void PostStop()
        {
            base.PostStop();
            told.TryWrite("stopped");
        }
    }

    private sealed class Effect(string text, ChannelWriter<string> told) : IPipelinedEffect
    {
        public void Durable()
        {
            if (text == "defect")
                throw new InvalidOperationException("a defect");
            told.TryWrite($"{text} durable");
        }

        public void Lost(bool mayHaveHappened) => told.TryWrite(mayHaveHappened ? $"{text} lost, perhaps" : $"{text} lost");
    }
}
