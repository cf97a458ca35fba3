using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Simulated;

namespace ActorKube.NodeAgent.Tests.Runtimes.Simulated;

public sealed class AddressPoolTests
{
    [Theory]
    [InlineData("10.244.3.0/24", "10.244.3.2", 253)]
    [InlineData("10.0.0.248/29", "10.0.0.250", 5)]
    [InlineData("fd00:3::/120", "fd00:3::2", 254)]
    public void A_pool_gives_each_of_its_addresses_once(string cidr, string first, int count)
    {
        var pool = new AddressPool(cidr);
        var taken = Enumerable.Range(0, count).Select(_ => pool.Take()).ToList();

        Assert.Equal(first, taken[0]);
        Assert.Equal(count, taken.Distinct().Count());
        Assert.Throws<RuntimeException>(pool.Take);
    }

    [Fact]
    public void A_released_address_comes_back_last()
    {
        var pool = new AddressPool("10.0.0.0/29");
        var first = pool.Take();
        Assert.True(pool.Release(first));

        Assert.Equal(["10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6", first], Enumerable.Range(0, 5).Select(_ => pool.Take()));
    }

    [Theory]
    [InlineData("10.0.1.2")]
    [InlineData("fd00::2")]
    [InlineData("10.0.0.3")]
    public void What_was_not_taken_here_is_not_released_here(string address)
    {
        var pool = new AddressPool("10.0.0.0/24");
        pool.Take();

        Assert.False(pool.Release(address));
    }

    [Theory]
    [InlineData("10.0.0.0")]
    [InlineData("pods")]
    [InlineData("10.0.0.0/33")]
    public void What_is_no_range_is_refused(string cidr) =>
        Assert.Equal(RuntimeErrorKind.InvalidArgument, Assert.Throws<RuntimeException>(() => new AddressPool(cidr)).Kind);
}
