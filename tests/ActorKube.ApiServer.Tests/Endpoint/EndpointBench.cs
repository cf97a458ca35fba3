using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Actors.Endpoint;
using ActorKube.ApiServer.Security;
using ActorKube.ApiServer.Security.Authentication;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Protocol.Endpoint;
using ActorKube.Protocol.Endpoint.Client;
using ActorKube.Protocol.Hosting;
using ActorKube.Protocol.Usage;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.ApiServer.Tests.Endpoint;

/// <summary>Servers with the endpoint and a process that calls them, each an actor system of its own with remoting; time is the test's.</summary>
internal sealed class EndpointBench : IAsyncDisposable
{
    private readonly List<ActorSystem> _systems = [];
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("ca", TimeSpan.FromDays(1), TimeProvider.System);
    private readonly CertificateAuthentication _authentication;

    public EndpointBench(int servers = 1)
    {
        _authentication = new CertificateAuthentication(_authority.Certificate);
        for (var i = 0; i < servers; i++)
        {
            var client = new ScriptedClient();
            Behind.Add(client);
            var services = new EndpointServices(_authentication, user => { Users.Add(user.Name); return client; }, bytes => RandomNumberGenerator.Fill(bytes), Time, (node, report) => Reports.Add((node, report)), Nodes, () => Known);
            var system = NewSystem();
            Servers.Add(system);
            system.ActorOf(Props.Create(() => new Echo()), "echo");
            Endpoints.Add(system.ActorOf(Props.Create(() => new EndpointActor(services)), EndpointProtocol.ActorName));
        }
        Caller = NewSystem();
    }

    /// <summary>The clock of both sides; stands still unless <see cref="Advance"/> is called.</summary>
    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public List<ScriptedClient> Behind { get; } = [];

    public List<ActorSystem> Servers { get; } = [];

    public List<IActorRef> Endpoints { get; } = [];

    public ActorSystem Caller { get; }

    /// <summary>Who has which node: here, whoever asks, unless a test says otherwise.</summary>
    public ScriptedClaims Nodes { get; } = new();

    /// <summary>The servers that sessions tell of.</summary>
    public IReadOnlyList<Address> Known { get; set; } = [];

    /// <summary>What nodes have told of their use.</summary>
    public BlockingCollection<(string Node, UsageReport Report)> Reports { get; } = [];

    /// <summary>Whom sessions were opened as.</summary>
    public List<string> Users { get; } = [];

    public static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    public static Address AddressOf(ActorSystem system) => ((ExtendedActorSystem)system).Provider.DefaultAddress;

    public KeyedCertificate Issue(string user) => _authority.Issue(new CertificateProfile
    {
        CommonName = user,
        Organizations = user.StartsWith(WellKnownUsers.NodePrefix, StringComparison.Ordinal) ? [WellKnownUsers.Nodes] : [],
        Usage = CertificateUsage.Client,
        Lifetime = TimeSpan.FromHours(1),
    });

    public EndpointOptions Options(KeyedCertificate pair, ECDsa? otherKey = null)
    {
        using var certificate = X509Certificate2.CreateFromPem(pair.CertificatePem);
        var raw = certificate.RawData;
        var key = otherKey ?? ECDsa.Create();
        if (otherKey is null)
            key.ImportFromPem(pair.KeyPem);
        return new EndpointOptions
        {
            Servers = () => [.. Servers.Where(s => !s.WhenTerminated.IsCompleted).Select(AddressOf)],
            Random = static bytes => RandomNumberGenerator.Fill(bytes),
            Certificate = () => raw,
            Sign = content => key.SignData(content.Span, HashAlgorithmName.SHA256),
            Time = Time,
        };
    }

    public EndpointResourceClient Connect(string user = "agent") => new(Caller, Options(Issue(user)));

    /// <summary>The next error that the first server logs.</summary>
    public Task<Error> NextError()
    {
        var told = new TaskCompletionSource<Error>(TaskCreationOptions.RunContinuationsAsynchronously);
        Servers[0].EventStream.Subscribe(Servers[0].ActorOf(Props.Create(() => new Listener(told))), typeof(Error));
        return told.Task;
    }

    /// <summary>Lets time pass in steps that timers notice one by one.</summary>
    public void Advance(TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromSeconds(1))
            Time.Advance(TimeSpan.FromSeconds(1));
    }

    /// <summary>Lets time pass until something has happened: what actors do about it takes them real time.</summary>
    public async Task AdvanceUntilAsync(Task happened)
    {
        var limit = Limit;
        while (!happened.IsCompleted)
        {
            limit.ThrowIfCancellationRequested();
            Time.Advance(TimeSpan.FromMilliseconds(500));
            // Questions that go the same way as what is waited for: real time for real messages, without waiting for time itself.
            foreach (var server in Servers.Where(s => !s.WhenTerminated.IsCompleted))
                for (var turn = 0; turn < 4; turn++)
                    await Caller.ActorSelection(new RootActorPath(AddressOf(server)) / "user" / "echo").Ask<string>("turn", limit);
        }
        await happened;
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_systems.Select(s => s.Terminate()));
        _authority.Dispose();
    }

    private ActorSystem NewSystem()
    {
        var config = ConfigurationFactory.ParseString(
            """
            akka { loglevel = ERROR, loggers = [], stdout-loglevel = OFF, actor.provider = remote, coordinated-shutdown.run-by-clr-shutdown-hook = off }
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, maximum-frame-size = 8 MiB, send-buffer-size = 4 MiB, receive-buffer-size = 4 MiB, write-buffer-high-water-mark = 16 MiB, write-buffer-low-water-mark = 8 MiB }
            akka.remote { flush-wait-on-shutdown = 100ms, shutdown-timeout = 2s }
            """).WithFallback(ProtocolConfig.Serializers);
        var system = ActorSystem.Create("actorkube", config);
        _systems.Add(system);
        return system;
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(TaskCompletionSource<Error> told) => Receive<Error>(error => told.TrySetResult(error));
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => Receive<string>(text => Sender.Tell(text));
    }

    private sealed class CertificateAuthentication(X509Certificate2 authority) : IAuthenticator
    {
        private readonly CertificateAuthenticator _certificates = new(authority, TimeProvider.System);

        public ValueTask<TokenIdentity?> AuthenticateTokenAsync(string token, CancellationToken cancel) => new((TokenIdentity?)null);

        public UserInfo? AuthenticateCertificate(X509Certificate2 certificate) => _certificates.Authenticate(certificate);
    }
}
