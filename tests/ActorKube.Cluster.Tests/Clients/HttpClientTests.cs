using ActorKube.Api.Users;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Client.Http;
using ActorKube.Testing.Clients;

namespace ActorKube.Cluster.Tests.Clients;

public sealed class HttpClientTests : ClientConformance, IDisposable
{
    private readonly HttpResourceClient _client;
    private readonly HttpResourceClient _nobody;

    public HttpClientTests(ServerFixture server)
    {
        _client = Connect(server, "admin", WellKnownUsers.Masters);
        _nobody = Connect(server, "nobody");
    }

    protected override IResourceClient Client => _client;

    protected override IResourceClient Nobody => _nobody;

    public void Dispose()
    {
        _client.Dispose();
        _nobody.Dispose();
    }

    private static HttpResourceClient Connect(ServerFixture server, string user, params string[] groups) => new(new HttpConnectionOptions
    {
        Server = server.Url,
        Authorities = [server.Pki.Authority.Certificate],
        ClientCertificate = server.Pki.IssueClient(user, groups).Load(),
    });
}
