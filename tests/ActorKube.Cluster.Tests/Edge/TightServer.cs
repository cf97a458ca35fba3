using ActorKube.ApiServer.Hosting;
using ActorKube.Cluster.Tests.Clients;

namespace ActorKube.Cluster.Tests.Edge;

/// <summary>A server whose limits are reached soon.</summary>
public sealed class TightServer() : ApiServerFixture(new GatewayLimits
{
    MaxWatchesPerUser = 5,
    MaxConnections = 100,
    RequestTimeout = TimeSpan.FromSeconds(2),
    HeadTimeout = TimeSpan.FromSeconds(1),
    StalledReader = TimeSpan.FromSeconds(2),
});
