using System.Threading.Channels;
using ActorKube.Protocol.Persistence;
using ActorKube.Testing.Faults;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace ActorKube.Protocol.Tests.Persistence;

public sealed class JournalNewsTests : IAsyncDisposable
{
    private readonly JournalFaults _faults = new();
    private readonly Channel<LogEvent> _told = Channel.CreateUnbounded<LogEvent>();
    private readonly ActorSystem _system;

    public JournalNewsTests()
    {
        _system = ActorSystem.Create("news", BootstrapSetup.Create()
            .WithConfig(ConfigurationFactory.ParseString("akka { loglevel = DEBUG, stdout-loglevel = OFF, loggers = [], log-dead-letters = off }").WithFallback(_faults.Settings))
            .And(_faults));
        _system.EventStream.Subscribe(_system.ActorOf(Props.Create(() => new Reader(_told.Writer))), typeof(LogEvent));
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();

    [Theory]
    [InlineData(JournalFault.Conflict, Akka.Event.LogLevel.WarningLevel, "Another owner of pad, or of something that was written with it, has written to the journal: this one stops and recovers")]
    [InlineData(JournalFault.Fail, Akka.Event.LogLevel.ErrorLevel, "The journal did not take what pad wrote, which stops and recovers: the disk is gone")]
    [InlineData(JournalFault.Reject, Akka.Event.LogLevel.ErrorLevel, "The journal refused a String of pad, which stops and recovers: not to be written")]
    public async Task A_write_that_did_not_happen_is_told_in_one_line_without_a_stack_trace_which_comes_at_debug(JournalFault fault, Akka.Event.LogLevel level, string sentence)
    {
        _faults.Strike(1, fault);
        _system.ActorOf(Props.Create(() => new Pad())).Tell("a note");
        Assert.Equal((level, sentence, null), Shown(await NextAsync(level)));
        var details = await NextAsync(Akka.Event.LogLevel.DebugLevel);
        Assert.Equal("What the journal of pad failed with", details.Message.ToString());
        Assert.NotNull(details.Cause);
        await _system.Terminate();
        Assert.DoesNotContain(await LeftAsync(), e => e.LogLevel() >= Akka.Event.LogLevel.WarningLevel);
    }

    private static (Akka.Event.LogLevel Level, string Text, Exception? Cause) Shown(LogEvent entry) => (entry.LogLevel(), entry.Message.ToString()!, entry.Cause);

    // Akka has debug entries of its own.
    private async Task<LogEvent> NextAsync(Akka.Event.LogLevel level)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await _told.Reader.ReadAsync(limit.Token) is var entry)
            if (entry.LogLevel() == level && (level > Akka.Event.LogLevel.DebugLevel || entry.LogClass == typeof(Pad)))
                return entry;
        throw new InvalidOperationException("There is always a next one.");
    }

    private async Task<List<LogEvent>> LeftAsync()
    {
        _told.Writer.TryComplete();
        var left = new List<LogEvent>();
        await foreach (var entry in _told.Reader.ReadAllAsync())
            left.Add(entry);
        return left;
    }

    private sealed class Pad : PipelinedPersistentActor
    {
        public override string PersistenceId => "pad";

        protected override void OnRecovered()
        {
        }

        protected override void OnReplayed(object message)
        {
        }

        protected override void OnPipelinedCommand(object message) => Pipeline(message, 0, new Nothing());
    }

    private sealed class Nothing : IPipelinedEffect
    {
        public void Durable()
        {
        }

        public void Lost(bool mayHaveHappened)
        {
        }
    }

    private sealed class Reader : ReceiveActor
    {
        public Reader(ChannelWriter<LogEvent> told) => Receive<LogEvent>(entry => told.TryWrite(entry));
    }
}
