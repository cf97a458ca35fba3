using System.Threading.Channels;
using ActorKube.Store.Actors;
using ActorKube.Store.Tests.Support;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;

namespace ActorKube.Store.Tests.Faults;

public sealed class SpaceGuardTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ActorSystem _system = ActorSystem.Create("space", ConfigurationFactory.ParseString("akka { loglevel = INFO, stdout-loglevel = OFF, loggers = [] }"));

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(long.MaxValue, true)]
    [InlineData(0, false)]
    public async Task Whoever_runs_the_cluster_is_told_that_the_disk_is_full(long least, bool isShort)
    {
        var heard = Channel.CreateUnbounded<string>();
        _system.EventStream.Subscribe(_system.ActorOf(Props.Create(() => new Listener(heard.Writer))), typeof(Warning));
        var log = Logging.GetLogger(_system, typeof(SpaceGuard));
        var guard = new SpaceGuard(_directory.Path, least, TimeProvider.System, log);
        guard.Stop();
        // Behind whatever the guard has said.
        log.Warning("that is all");

        var first = await heard.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(StoreCalls.Patience, TestContext.Current.CancellationToken);

        Assert.Equal(isShort, guard.IsShort);
        if (isShort)
            Assert.Matches($"^The disk of {_directory.Path} has [0-9]+ MiB free, less than the [0-9]+ MiB of actorkube.store.min-free-space: until there is room again, only deletions are taken; make room on that disk, or lower that setting$", first);
        else
            Assert.Equal("that is all", first);
    }

    private sealed class Listener : UntypedActor
    {
        private readonly ChannelWriter<string> _heard;

        public Listener(ChannelWriter<string> heard) => _heard = heard;

        protected override void OnReceive(object message) => _heard.TryWrite(((LogEvent)message).Message.ToString()!);
    }
}
