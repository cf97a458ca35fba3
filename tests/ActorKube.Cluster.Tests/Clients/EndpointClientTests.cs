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
public sealed class EndpointClientFixture : IAsyncLifetime
{
    private readonly ServerFixture _fixture;
    private readonly ClusterSystem _server;
    private readonly AttachedSystem _agent;

    public EndpointClientFixture(ServerFixture fixture)
    {
        _fixture = fixture;
        _server = ClusterSystem.Start(Options(ClusterRoles.ControlPlane));
        _server.System.ActorOf(fixture.Host.Endpoint(), EndpointProtocol.ActorName);
        _agent = AttachedSystem.Start(Options(ClusterRoles.Node) with { SeedNodes = [_server.Address.ToString()] });
        Client = Connect("admin", WellKnownUsers.Masters);
        Nobody = Connect("nobody");
    }

    public IResourceClient Client { get; }

    public IResourceClient Nobody { get; }

    public ValueTask InitializeAsync() => default;

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _server.DisposeAsync();
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
            Certificate = () => certificate.RawData,
            Sign = content => key.SignData(content.Span, HashAlgorithmName.SHA256),
        });
    }
}

public sealed class EndpointClientTests(EndpointClientFixture fixture) : ClientConformance, IClassFixture<EndpointClientFixture>
{
    protected override IResourceClient Client => fixture.Client;

    protected override IResourceClient Nobody => fixture.Nobody;
}
