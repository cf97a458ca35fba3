using System.Threading.Channels;
using ActorKube.Protocol.Endpoint;
using ActorKube.Protocol.Endpoint.Client;
using Akka.Actor;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.ApiServer.Tests.Endpoint;

/// <summary>Speaks the protocol message by message, from another actor system than the server's.</summary>
internal sealed class Conversation
{
    private readonly Channel<(object Message, IActorRef Sender)> _heard = Channel.CreateUnbounded<(object, IActorRef)>();
    private readonly EndpointBench _bench;

    public Conversation(EndpointBench bench)
    {
        _bench = bench;
        var heard = _heard.Writer;
        Self = bench.Caller.ActorOf(Props.Create(() => new Ear(heard)));
    }

    public IActorRef Self { get; }

    public IActorRef? Session { get; private set; }

    public ReadOnlyMemory<byte> Nonce { get; private set; }

    public async Task BeginAsync()
    {
        _bench.Caller.ActorSelection(new RootActorPath(EndpointBench.AddressOf(_bench.Servers[0])) / "user" / ActorName).Tell(new Hello(new byte[] { 1 }), Self);
        Nonce = (await NextAsync<Challenge>()).Nonce;
    }

    public async Task<Opened> OpenAsync(EndpointOptions options)
    {
        await BeginAsync();
        Session!.Tell(Prove(options), Self);
        return await NextAsync<Opened>();
    }

    public Proof Prove(EndpointOptions options) => Proof(options, SessionProof.Content(_bench.Caller, Nonce, Session!, Self));

    public static Proof Proof(EndpointOptions options, byte[] signed) => new(options.Certificate(), options.Sign(signed), options.Incarnation);

    public async Task<T> NextAsync<T>()
    {
        while (true)
        {
            var (message, sender) = await _heard.Reader.ReadAsync(EndpointBench.Limit);
            Session ??= sender;
            if (message is T expected)
                return expected;
        }
    }

    private sealed class Ear : ReceiveActor
    {
        public Ear(ChannelWriter<(object, IActorRef)> heard) => ReceiveAny(message => heard.TryWrite((message, Sender)));
    }
}
