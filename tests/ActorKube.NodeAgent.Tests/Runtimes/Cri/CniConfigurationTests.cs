using ActorKube.NodeAgent.Runtimes.Cri;

namespace ActorKube.NodeAgent.Tests.Runtimes.Cri;

public sealed class CniConfigurationTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("cni-");

    private string Ours => Path.Combine(_directory.FullName, "10-actorkube.conflist");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_network_is_written_where_there_is_none_and_again_for_other_ranges()
    {
        Assert.True(CniConfiguration.Ensure(_directory.FullName, ["10.1.0.0/24"], masquerade: true));
        Assert.Contains("10.1.0.0/24", File.ReadAllText(Ours), StringComparison.Ordinal);

        Assert.True(CniConfiguration.Ensure(_directory.FullName, ["10.2.0.0/24", "fd00::/64"], masquerade: true));
        Assert.DoesNotContain("10.1.0.0/24", File.ReadAllText(Ours), StringComparison.Ordinal);
        Assert.Contains("fd00::/64", File.ReadAllText(Ours), StringComparison.Ordinal);
        Assert.Equal([Ours], Directory.GetFiles(_directory.FullName));
    }

    [Theory]
    [InlineData("87-bridge.conflist")]
    [InlineData("00-other.conf")]
    [InlineData("net.json")]
    public void A_network_of_somebody_else_is_left_alone(string name)
    {
        File.WriteAllText(Path.Combine(_directory.FullName, name), "{}");

        Assert.False(CniConfiguration.Ensure(_directory.FullName, ["10.1.0.0/24"], masquerade: true));
        Assert.False(File.Exists(Ours));
    }
}
