using System.Net;
using ActorKube.ApiServer.Pipeline.Servers;

namespace ActorKube.ApiServer.Tests.Pipeline.Servers;

public sealed class LiveServersTests
{
    // Each letter is a look: what the other server's lease says it was renewed at.
    [Theory]
    [InlineData("a", true)]
    [InlineData("aa", true)]
    [InlineData("aaa", false)]
    [InlineData("aab", true)]
    [InlineData("aaab", true)]
    [InlineData("abbb", false)]
    public void A_server_has_died_when_its_lease_has_missed_two_renewals(string looks, bool lives)
    {
        var servers = new LiveServers();
        var (alive, dead) = looks.Select(l => servers.Observe([Lease(1, l.ToString())])).ToArray()[^1];
        Assert.Equal(lives ? (1, 0) : (0, 1), (alive.Count, dead.Count));
    }

    [Fact]
    public void A_lease_that_was_removed_and_comes_back_is_new()
    {
        var servers = new LiveServers();
        foreach (var _ in Enumerable.Range(0, 3))
            servers.Observe([Lease(1, "a")]);
        servers.Observe([]);
        Assert.Single(servers.Observe([Lease(1, "a")]).Alive);
    }

    private static ServerLease Lease(int number, string renewed) => new($"s{number}", new IPEndPoint(IPAddress.Loopback, number), renewed, "1");
}
