using ActorKube.NodeAgent.Network;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Network;

public sealed class CniConfigurationTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    private string Ours => _directory["10-actorkube.conflist"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_network_is_written_where_there_is_none_and_again_for_other_ranges()
    {
        Assert.Equal((true, true), CniConfiguration.Ensure(_directory.Path, ["10.1.0.0/24"], masquerade: true));
        Assert.Contains("10.1.0.0/24", File.ReadAllText(Ours), StringComparison.Ordinal);
        Assert.Equal((true, false), CniConfiguration.Ensure(_directory.Path, ["10.1.0.0/24"], masquerade: true));

        Assert.Equal((true, true), CniConfiguration.Ensure(_directory.Path, ["10.2.0.0/24", "fd00::/64"], masquerade: true));
        Assert.DoesNotContain("10.1.0.0/24", File.ReadAllText(Ours), StringComparison.Ordinal);
        Assert.Contains("fd00::/64", File.ReadAllText(Ours), StringComparison.Ordinal);
        Assert.Equal([Ours], Directory.GetFiles(_directory.Path));
    }

    [Theory]
    [InlineData("87-bridge.conflist")]
    [InlineData("00-other.conf")]
    [InlineData("net.json")]
    public void A_network_of_somebody_else_is_left_alone_and_ours_goes(string name)
    {
        CniConfiguration.Ensure(_directory.Path, ["10.1.0.0/24"], masquerade: true);
        File.WriteAllText(_directory[name], "{}");

        Assert.Equal((false, false), CniConfiguration.Ensure(_directory.Path, ["10.1.0.0/24"], masquerade: true));
        Assert.Equal([_directory[name]], Directory.GetFiles(_directory.Path));
    }
}
