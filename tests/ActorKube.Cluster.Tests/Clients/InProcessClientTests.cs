using ActorKube.Machinery.Client;
using ActorKube.Testing.Clients;

namespace ActorKube.Cluster.Tests.Clients;

public sealed class InProcessClientTests(ServerFixture server) : ClientConformance
{
    protected override IResourceClient Client => server.Host.ClientOf(ServerFixture.Administrator);

    protected override IResourceClient Nobody => server.Host.ClientOf(ServerFixture.Nobody);
}
