using System.Net;
using ActorKube.Api.Objects;
using ActorKube.NodeAgent.Network;

namespace ActorKube.NodeAgent.Tests.Network;

public sealed class ApiServerAddressTests
{
    private const string Https = """{"name":"https","port":443,"targetPort":6443}""";

    [Theory]
    [InlineData("10.96.0.1", """{"addresses":[{"ip":"172.16.0.1"}],"ports":[{"name":"https","port":6443}]}""", "-d 10.96.0.1 -p tcp -m tcp --dport 443 -j DNAT --to-destination 172.16.0.1:6443")]
    [InlineData(
        "10.96.0.1",
        """{"addresses":[{"ip":"172.16.0.1"},{"ip":"172.16.0.2"},{"ip":"172.16.0.3"}],"ports":[{"name":"https","port":6443}]}""",
        "-d 10.96.0.1 -p tcp -m tcp --dport 443 -m statistic --mode random --probability 0.33333 -j DNAT --to-destination 172.16.0.1:6443",
        "-d 10.96.0.1 -p tcp -m tcp --dport 443 -m statistic --mode random --probability 0.5 -j DNAT --to-destination 172.16.0.2:6443",
        "-d 10.96.0.1 -p tcp -m tcp --dport 443 -j DNAT --to-destination 172.16.0.3:6443")]
    [InlineData(
        "10.96.0.1",
        """{"addresses":[{"ip":"172.16.0.1"}],"ports":[{"name":"https","port":6443}]},{"addresses":[{"ip":"172.16.0.2"}],"ports":[{"name":"https","port":7443}]}""",
        "-d 10.96.0.1 -p tcp -m tcp --dport 443 -m statistic --mode random --probability 0.5 -j DNAT --to-destination 172.16.0.1:6443",
        "-d 10.96.0.1 -p tcp -m tcp --dport 443 -j DNAT --to-destination 172.16.0.2:7443")]
    [InlineData("fd00::1", """{"addresses":[{"ip":"fd01::1"}],"ports":[{"name":"https","port":6443}]}""", "-d fd00::1 -p tcp -m tcp --dport 443 -j DNAT --to-destination [fd01::1]:6443")]
    [InlineData("10.96.0.1", """{"addresses":[{"ip":"fd01::1"}],"ports":[{"name":"https","port":6443}]}""")]
    [InlineData("10.96.0.1", """{"notReadyAddresses":[{"ip":"172.16.0.1"}],"ports":[{"name":"https","port":6443}]}""")]
    [InlineData("10.96.0.1", """{"addresses":[{"ip":"172.16.0.1"}],"ports":[{"name":"other","port":6443}]}""")]
    public void Connections_are_shared_out_among_the_servers(string address, string subsets, params string[] rules)
    {
        var service = StoredObject.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"metadata":{"name":"kubernetes"},"spec":{"clusterIP":"{{address}}","ports":[{{Https}}]} }"""));
        var endpoints = StoredObject.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"metadata":{"name":"kubernetes"},"subsets":[{{subsets}}]}"""));
        Assert.Equal(rules, ApiServerAddress.Rules(IPAddress.Parse(address), service, endpoints));
    }
}
