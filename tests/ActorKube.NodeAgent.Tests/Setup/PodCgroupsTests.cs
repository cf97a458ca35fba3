using ActorKube.NodeAgent.Execution;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Setup;

public sealed class PodCgroupsTests : IDisposable
{
    private readonly TempDirectory _mount = new();

    public PodCgroupsTests()
    {
        foreach (var controller in new[] { "cpu", "memory" })
            Directory.CreateDirectory(_mount[controller]);
    }

    public void Dispose() => _mount.Dispose();

    [Theory]
    [InlineData("Guaranteed")]
    [InlineData("Burstable")]
    [InlineData("BestEffort")]
    public void The_cgroup_of_a_pod_goes_with_it_even_if_an_earlier_agent_made_it(string qos)
    {
        var pod = Contexts.Pod().Pod;
        pod.Status = new() { QosClass = qos };
        var path = SandboxConfigBuilder.CgroupParent(pod, "/node");
        new PodCgroups(_mount.Path, "/node").Create(pod, path);
        Assert.True(Directory.Exists(_mount["memory"] + path));
        new PodCgroups(_mount.Path, "/node").Remove(pod.Metadata.Uid);
        Assert.False(Directory.Exists(_mount["memory"] + path));
        Assert.True(Directory.Exists(Path.GetDirectoryName(_mount["cpu"] + path)));
    }
}
