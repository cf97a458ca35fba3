using ActorKube.NodeAgent.Network;

namespace ActorKube.NodeAgent.Tests.Network;

public sealed class HostToolOutputTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("[ ]", "")]
    [InlineData("""[{"dst":"10.1.2.0/24","gateway":"172.16.0.2","dev":"eth0","protocol":"107","flags":[]}]""", "10.1.2.0/24>172.16.0.2")]
    [InlineData("""[{"dst":"10.1.2.7","gateway":"172.16.0.2","dev":"eth0","flags":[]},{"dst":"default","dev":"eth0","flags":[]}]""", "10.1.2.7/32>172.16.0.2")]
    [InlineData("""[{"dst":"fd00:1::5","gateway":"fe80::1","dev":"eth0","flags":[]}]""", "fd00:1::5/128>fe80::1")]
    public void Routes_are_read_as_ip_prints_them(string json, string expected) =>
        Assert.Equal(expected, string.Join(' ', RouteTable.Parse(json).Select(r => $"{r.Destination}>{r.Gateway}")));

    [Fact]
    public async Task A_program_that_fails_or_is_not_there_says_so()
    {
        var cancel = TestContext.Current.CancellationToken;
        var failed = await Assert.ThrowsAsync<IOException>(() => HostTools.RunAsync("sh", ["-c", "echo no way >&2; exit 3"], null, cancel));
        Assert.EndsWith("no way", failed.Message, StringComparison.Ordinal);
        var missing = await Assert.ThrowsAsync<IOException>(() => HostTools.RunAsync("no-such-program", [], null, cancel));
        Assert.StartsWith("no-such-program: ", missing.Message, StringComparison.Ordinal);
        Assert.Equal("in", await HostTools.RunAsync("cat", [], "in", cancel));
    }
}
