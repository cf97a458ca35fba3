using System.Diagnostics;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint.Client;
using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.Protocol.Tests.Endpoint;

public sealed class EndpointConnectionTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly ActorSystem _system = ActorSystem.Create("endpoint", ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF, loggers = [] }"));
    private readonly TaskCompletionSource _called = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ValueTask InitializeAsync()
    {
        _system.ActorOf(Props.Create(() => new Server(_called, _opened)), ActorName);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync() => await _system.Terminate();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_whose_certificate_or_servers_cannot_be_read_tries_again_later_and_works_then(bool isCertificate)
    {
        var tries = 0;
        void Fail()
        {
            if (Interlocked.Increment(ref tries) < 3)
                throw new IOException("in the middle of an exchange");
        }
        var address = ((ExtendedActorSystem)_system).Provider.DefaultAddress;
        using var client = new EndpointResourceClient(_system, new EndpointOptions
        {
            Servers = () =>
            {
                if (!isCertificate)
                    Fail();
                return [address];
            },
            Certificate = () =>
            {
                if (isCertificate)
                    Fail();
                return new byte[1];
            },
            Random = static _ => { },
            Sign = _ => [1],
            Time = _time,
            CallTimeout = TimeSpan.FromDays(1),
        });
        var real = Stopwatch.StartNew();
        while (!_opened.Task.IsCompleted && real.Elapsed < Patience)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            // No second passes while something is said: an answer to an earlier attempt than the last counts for nothing.
            for (var turn = 0; turn < 3; turn++)
                foreach (var talker in (string[])["$*", ActorName])
                    await _system.ActorSelection($"/user/{talker}").Ask<ActorIdentity>(new Identify(turn), Patience, TestContext.Current.CancellationToken);
        }
        await _opened.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var call = client.GetAsync(new ObjectAddress(WellKnownResources.Pods, "default", "web"), null, TestContext.Current.CancellationToken);
        await _called.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.False(call.IsCompleted);
    }

    private sealed class Server : ReceiveActor
    {
        public Server(TaskCompletionSource called, TaskCompletionSource opened)
        {
            Receive<Hello>(hello => Sender.Tell(new Challenge(hello.Attempt, new byte[1])));
            Receive<Proof>(_ =>
            {
                Sender.Tell(new Opened(new byte[1]));
                opened.TrySetResult();
            });
            Receive<Call>(_ => called.TrySetResult());
            ReceiveAny(_ => { });
        }
    }
}
