using ActorKube.Protocol.Hosting;
using Akka.Configuration;

namespace ActorKube.Protocol.Tests.Hosting;

/// <summary>Settings of Akka that a cluster would go wrong without, in ways that no short test shows. Who changes one has to know why it is as it is.</summary>
public sealed class ClusterSettingsTests
{
    /// <summary>The largest object that the API takes.</summary>
    private const long LargestObject = 3 << 20;

    private static Config Settings => ProtocolConfig.Cluster;

    public static TheoryData<string, string, string> Fixed => new()
    {
        { "akka.cluster.downing-provider-class", "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster", "without a resolver both sides of a split go on, or none" },
        { "akka.cluster.split-brain-resolver.active-strategy", "keep-majority", "the smaller side has to end itself" },
        { "akka.cluster.split-brain-resolver.keep-majority.role", "control-plane", "two agents would outvote a server" },
        { "akka.cluster.split-brain-resolver.down-all-when-unstable", "off", "a flapping network would end every server" },
        { "akka.cluster.sharding.role", "control-plane", "agents would be given resources" },
        { "akka.cluster.sharding.state-store-mode", "ddata", "a journal of shards would have to be read before any resource" },
        { "akka.cluster.sharding.passivate-idle-entity-after", "off", "a resource that nobody writes to would end its watches and forget its window" },
        { "akka.cluster.distributed-data.role", "control-plane", "agents would hold the shards' locations" },
        { "akka.cluster.configuration-compatibility-check.enforce-on-join", "on", "servers with other settings would judge a split otherwise" },
        { "akka.remote.dot-netty.tcp.enable-ssl", "on", "whoever reaches the port would be a member" },
        { "akka.remote.dot-netty.tcp.ssl.require-mutual-authentication", "on", "whoever reaches the port would be a member" },
        { "akka.remote.dot-netty.tcp.ssl.suppress-validation", "off", "any certificate would do" },
        { "akka.remote.dot-netty.tcp.tcp-reuse-addr", "off", "two processes could share a port" },
    };

    [Theory]
    [MemberData(nameof(Fixed))]
    public void A_setting_that_others_rest_upon_is_as_it_has_to_be(string key, string value, string otherwise) =>
        Assert.True(Settings.GetString(key) == value, $"{key} is {Settings.GetString(key)}, not {value}: {otherwise}.");

    [Fact]
    public void Messages_hold_the_largest_object_before_and_after_a_change_and_buffers_hold_a_message()
    {
        var frame = Bytes("maximum-frame-size");
        Assert.True(frame > 2 * LargestObject, $"Messages have up to {frame} bytes.");
        Assert.True(Bytes("write-buffer-high-water-mark") > frame, "A connection with one message would count as full.");
        Assert.True(Bytes("write-buffer-low-water-mark") < Bytes("write-buffer-high-water-mark"));
    }

    [Fact]
    public void Nothing_of_the_distributed_data_needs_a_disk()
    {
        Assert.Empty(Settings.GetStringList("akka.cluster.distributed-data.durable.keys"));
        Assert.Empty(Settings.GetStringList("akka.cluster.sharding.distributed-data.durable.keys"));
    }

    private static long Bytes(string key) => Settings.GetByteSize($"akka.remote.dot-netty.tcp.{key}") ?? 0;
}
