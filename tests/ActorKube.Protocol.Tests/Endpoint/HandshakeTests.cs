using System.Collections.Concurrent;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint.Client;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.Protocol.Tests.Endpoint;

/// <summary>Whom a caller believes while it has no session: any process of the cluster can send it messages.</summary>
public sealed class HandshakeTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly ActorSystem _system = ActorSystem.Create("handshake", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [] }"));
    private readonly BlockingCollection<(IMessage Message, IActorRef Caller)> _asked = [];
    private readonly BlockingCollection<IMessage> _told = [];
    private readonly List<string> _taken = [];
    private byte _attempts;
    private readonly IActorRef _session;
    private readonly IActorRef _stranger;

    public HandshakeTests()
    {
        _system.ActorOf(Props.Create(() => new Ear(_asked)), ActorName);
        _session = _system.ActorOf(Props.Create(() => new Ear(_asked)));
        _stranger = _system.ActorOf(Props.Create(() => new Stranger(_told)));
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _asked.Dispose();
        _told.Dispose();
    }

    [Fact]
    public void Nobody_but_the_server_that_was_asked_is_believed()
    {
        using var client = Connect();
        var (hello, caller) = Next<Hello>();
        TellAsStranger(caller, new Challenge(new byte[hello.Attempt.Length], new byte[1]));
        TellAsStranger(caller, new NodeTaken("says somebody"));
        TellAsStranger(caller, new Opened(new byte[] { 6 }));
        caller.Tell(new Challenge(hello.Attempt, new byte[1]), _session);
        Next<Proof>();
        TellAsStranger(caller, new Challenge(hello.Attempt, new byte[1]));
        TellAsStranger(caller, new NodeTaken("says somebody"));
        TellAsStranger(caller, new Opened(new byte[] { 6 }));
        caller.Tell(new Opened(new byte[] { 7 }), _session);
        var call = client.GetAsync(new ObjectAddress(WellKnownResources.Pods, "default", "web"), null, TestContext.Current.CancellationToken);
        Assert.Equal([7], Next<Call>().Message.Secret.ToArray());
        Assert.False(call.IsCompleted);
        Assert.Empty(_taken);
        Assert.Empty(_told);
    }

    [Fact]
    public void A_server_that_answers_a_former_attempt_is_not_believed()
    {
        using var client = Connect();
        var (former, caller) = Next<Hello>();
        Advance(TimeSpan.FromSeconds(3));
        var (present, _) = Next<Hello>();
        Assert.False(present.Attempt.Span.SequenceEqual(former.Attempt.Span));
        TellAsStranger(caller, new Challenge(former.Attempt, new byte[1]));
        caller.Tell(new Challenge(present.Attempt, new byte[1]), _session);
        Next<Proof>();
        Assert.Empty(_told);
    }

    [Fact]
    public void A_server_that_has_answered_is_waited_for_as_long_as_it_waits_itself()
    {
        using var client = Connect();
        var (hello, caller) = Next<Hello>();
        Advance(TimeSpan.FromSeconds(2));
        caller.Tell(new Challenge(hello.Attempt, new byte[1]), _session);
        Next<Proof>();
        Advance(ProofLimit - TimeSpan.FromSeconds(2));
        caller.Tell(new Opened(new byte[] { 7 }), _session);
        // The next thing that it says is said in the session.
        Advance(TimeSpan.FromSeconds(1));
        Next<KeepAlive>();
    }

    [Fact]
    public async Task A_server_that_refuses_is_followed_by_the_next_after_a_pause()
    {
        using var client = Connect();
        var (hello, caller) = Next<Hello>();
        caller.Tell(new Challenge(hello.Attempt, new byte[1]), _session);
        Next<Proof>();
        caller.Tell(new Refused("not now"), _session);
        await caller.Ask<ActorIdentity>(new Identify(1), Patience, TestContext.Current.CancellationToken);
        Advance(TimeSpan.FromSeconds(3));
        Next<Hello>();
    }

    [Fact]
    public async Task What_a_former_session_of_the_same_server_still_says_prolongs_nothing()
    {
        using var client = Connect();
        var (_, caller) = Next<Hello>();
        Advance(TimeSpan.FromSeconds(2));
        TellAsStranger(caller, new Refused("the session was silent for too long"));
        await caller.Ask<ActorIdentity>(new Identify(1), Patience, TestContext.Current.CancellationToken);
        Advance(TimeSpan.FromSeconds(1));
        Next<Hello>();
    }

    private EndpointResourceClient Connect() => new(_system, new EndpointOptions
    {
        Servers = () => [((ExtendedActorSystem)_system).Provider.DefaultAddress],
        Random = bytes => bytes[0] = ++_attempts,
        Certificate = () => new byte[1],
        Sign = _ => [1],
        NodeTaken = _taken.Add,
        Time = _time,
        CallTimeout = TimeSpan.FromDays(1),
    });

    private (T Message, IActorRef Caller) Next<T>()
        where T : IMessage
    {
        Assert.True(_asked.TryTake(out var next, Patience));
        return (Assert.IsType<T>(next.Message), next.Caller);
    }

    private void TellAsStranger(IActorRef caller, IMessage message) => caller.Tell(message, _stranger);

    // By a second, as the connection's timer goes.
    private void Advance(TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromSeconds(1))
            _time.Advance(TimeSpan.FromSeconds(1));
    }

    private sealed class Ear : ReceiveActor
    {
        public Ear(BlockingCollection<(IMessage, IActorRef)> asked) => Receive<IMessage>(message => asked.Add((message, Sender)));
    }

    private sealed class Stranger : ReceiveActor
    {
        public Stranger(BlockingCollection<IMessage> told) => Receive<IMessage>(told.Add);
    }
}
