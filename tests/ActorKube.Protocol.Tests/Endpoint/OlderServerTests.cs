using System.Collections.Concurrent;
using System.Text;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint;
using ActorKube.Protocol.Endpoint.Client;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.Protocol.Tests.Endpoint;

public sealed class OlderServerTests : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ActorSystem _system = ActorSystem.Create("endpoint", ConfigurationFactory.ParseString("akka { loglevel = WARNING, stdout-loglevel = OFF, loggers = [] }"));
    private readonly ConcurrentQueue<EndpointOperation> _asked = new();
    private readonly ConcurrentQueue<string> _warnings = new();

    public async ValueTask DisposeAsync() => await _system.Terminate();

    [Fact]
    public async Task What_an_older_server_does_not_know_is_not_asked_for_but_done_in_smaller_steps_and_said_once()
    {
        using var client = Connect(nonce: new byte[32]);
        for (var time = 0; time < 2; time++)
        {
            var outcomes = await PatchAsync(client);
            Assert.Equal([7, 7], outcomes.Select(static o => o.Revision));
        }
        Assert.All(_asked, static operation => Assert.Equal(EndpointOperation.Patch, operation));
        Assert.Equal(4, _asked.Count);
        Assert.Contains("update the servers first, then the agents", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_the_same_version_is_asked_for_many_at_once()
    {
        using var client = Connect(ServerAbility.Nonce(static _ => { }));
        Assert.Equal([7, 8], (await PatchAsync(client)).Select(static o => o.Revision));
        Assert.Equal([EndpointOperation.PatchMany], _asked);
        Assert.Empty(_warnings);
    }

    private static async Task<IReadOnlyList<PatchOutcome>> PatchAsync(EndpointResourceClient client) => await client.PatchManyAsync(
        WellKnownResources.Pods, "status", PatchType.Merge, [.. new[] { "a", "b" }.Select(static n => new ObjectPatch(new ObjectKey("default", n), "{}"u8.ToArray()))], cancel: TestContext.Current.CancellationToken)
        .AsTask().WaitAsync(Patience, TestContext.Current.CancellationToken);

    private EndpointResourceClient Connect(byte[] nonce)
    {
        _system.EventStream.Subscribe(_system.ActorOf(Props.Create(() => new Listener(_warnings))), typeof(Warning));
        _system.ActorOf(Props.Create(() => new Server(nonce, _asked)), ActorName);
        var address = ((ExtendedActorSystem)_system).Provider.DefaultAddress;
        return new EndpointResourceClient(_system, new EndpointOptions { Servers = () => [address], Certificate = static () => new byte[1], Random = static _ => { }, Sign = static _ => [1] });
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(ConcurrentQueue<string> warnings) => Receive<Warning>(warning => warnings.Enqueue(warning.Message.ToString()!));
    }

    // Answers as servers do: of one patch the object, of many their revisions.
    private sealed class Server : ReceiveActor
    {
        public Server(byte[] nonce, ConcurrentQueue<EndpointOperation> asked)
        {
            Receive<Hello>(hello => Sender.Tell(new Challenge(hello.Attempt, nonce)));
            Receive<Proof>(_ => Sender.Tell(new Opened(new byte[1])));
            Receive<Call>(call =>
            {
                asked.Enqueue(call.Request.Operation);
                var answer = call.Request.Operation == EndpointOperation.PatchMany
                    ? EndpointBatch.Encode([new PatchOutcome(7, null), new PatchOutcome(8, null)], static _ => [])
                    : Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"{{{call.Request.Address.Name}}}","namespace":"default","resourceVersion":"7"}}""");
                Sender.Tell(new AnswerPart(call.Id, 0, IsLast: true, answer));
            });
            ReceiveAny(_ => { });
        }
    }
}
