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

    [Theory]
    [InlineData("Burstable", "612", "512")]
    [InlineData("BestEffort", "2", "2")]
    public void A_class_weighs_what_its_pods_do_together_and_best_effort_next_to_nothing(string qos, string with, string without)
    {
        var pod = Contexts.Pod("""{"containers":[{"name":"a","image":"i","resources":{"requests":{"cpu":"100m"}}}]}""").Pod;
        pod.Status = new() { QosClass = qos };
        var own = _mount["cpu"] + SandboxConfigBuilder.CgroupParent(pod, "/node");
        var ofClass = Path.GetDirectoryName(own)!;
        // The kernel makes these files with their directories.
        foreach (var directory in new[] { ofClass, own, Path.Combine(ofClass, "podearlier") })
        {
            Directory.CreateDirectory(directory);
            File.WriteAllText(Path.Combine(directory, "cpu.shares"), directory.EndsWith("podearlier", StringComparison.Ordinal) ? "512\n" : "1024\n");
        }
        var cgroups = new PodCgroups(_mount.Path, "/node");
        cgroups.Create(pod, SandboxConfigBuilder.CgroupParent(pod, "/node"));
        Assert.Equal(with, File.ReadAllText(Path.Combine(ofClass, "cpu.shares")));
        File.Delete(Path.Combine(own, "cpu.shares"));
        cgroups.Remove(pod.Metadata.Uid);
        Assert.Equal(without, File.ReadAllText(Path.Combine(ofClass, "cpu.shares")));
    }
}
