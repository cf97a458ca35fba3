using System.Security.Cryptography;
using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint;
using ActorKube.Protocol.Endpoint.Client;
using ActorKube.Protocol.Hosting;
using ActorKube.Testing.Clients;

namespace ActorKube.Cluster.Tests.Clients;

/// <summary>Two processes of one cluster, over TLS: a server with the endpoint, an agent with the clients.</summary>
public abstract class EndpointClientFixture : IAsyncLifetime
{
    private readonly ServerFixture _fixture;
    private readonly ClusterSystem _server;
    private readonly IProcessSystem _agent;

    private protected EndpointClientFixture(ServerFixture fixture, Func<ClusterSystemOptions, IProcessSystem> start)
    {
        _fixture = fixture;
        _server = ClusterSystem.Start(Options(ClusterRoles.ControlPlane));
        _server.System.ActorOf(fixture.Host.Endpoint(), EndpointProtocol.ActorName);
        _agent = start(Options(ClusterRoles.Node) with { SeedNodes = [_server.Address.ToString()] });
        Client = Connect("admin", WellKnownUsers.Masters);
        Nobody = Connect("nobody");
    }

    public IResourceClient Client { get; }

    public IResourceClient Nobody { get; }

    public ValueTask InitializeAsync() => new(_agent.Joined);

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private ClusterSystemOptions Options(string role) => new()
    {
        Roles = [role],
        Identity = new ProcessIdentity(
            _fixture.Pki.Process, c => CertificateTrust.IsIssuedBy(c, _fixture.Pki.ProcessAuthority.Certificate, CertificateUsage.Both, TimeProvider.System)),
        Settings = Akka.Configuration.ConfigurationFactory.ParseString("akka.loglevel = ERROR"),
    };

    private EndpointResourceClient Connect(string user, params string[] groups)
    {
        var pair = _fixture.Pki.IssueClient(user, groups);
        var certificate = pair.Load();
        var key = ECDsa.Create();
        key.ImportFromPem(pair.KeyPem);
        return new EndpointResourceClient(_agent.System, new EndpointOptions
        {
            Servers = () => _agent.Servers,
            Random = static bytes => RandomNumberGenerator.Fill(bytes),
            Certificate = () => certificate.RawData,
            Sign = content => key.SignData(content.Span, HashAlgorithmName.SHA256),
        });
    }
}

/// <summary>The agent is a member of the cluster.</summary>
public sealed class MemberFixture(ServerFixture fixture) : EndpointClientFixture(fixture, ClusterSystem.Start);

/// <summary>The agent is attached to it.</summary>
public sealed class AttachedFixture(ServerFixture fixture) : EndpointClientFixture(fixture, AttachedSystem.Start);

public sealed class MemberClientTests(MemberFixture fixture) : ClientConformance, IClassFixture<MemberFixture>
{
    protected override IResourceClient Client => fixture.Client;

    protected override IResourceClient Nobody => fixture.Nobody;
}

public sealed class AttachedClientTests(AttachedFixture fixture) : ClientConformance, IClassFixture<AttachedFixture>
{
    protected override IResourceClient Client => fixture.Client;

    protected override IResourceClient Nobody => fixture.Nobody;
}
