using ActorKube.NodeAgent.Execution;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;
using k8s.Models;

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

    [Theory]
    [InlineData("podgone", "102")]
    [InlineData("", "1024")]
    public void What_cannot_be_weighed_does_not_stand_in_the_way_of_a_pod(string unreadable, string left)
    {
        var (pod, path) = Burstable("u-1");
        var ofClass = Path.GetDirectoryName(MakeKernelFiles(path))!;
        MakeKernelFiles(Path.GetDirectoryName(path) + "/podgone");
        // Opened like this a file cannot be read or written by others: as one whose cgroup is on its way out.
        using (File.Open(Path.Combine(ofClass, unreadable, "cpu.shares"), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            new PodCgroups(_mount.Path, "/node").Create(pod, path);
        Assert.Equal("102", File.ReadAllText(_mount["cpu"] + path + "/cpu.shares"));
        Assert.Equal(left, File.ReadAllText(Path.Combine(ofClass, "cpu.shares")));
    }

    [Fact]
    public void Pods_that_come_at_once_are_all_in_the_weight_of_their_class()
    {
        const int AtOnce = 4;
        var cgroups = new PodCgroups(_mount.Path, "/node");
        using var start = new Barrier(AtOnce);
        for (var made = 0; made < 100; made += AtOnce)
        {
            var pods = Enumerable.Range(made, AtOnce).Select(static i => Burstable($"u-{i}")).ToList();
            foreach (var (_, path) in pods)
                File.WriteAllText(MakeKernelFiles(path) + "/cpu.shares", "2");
            var threads = pods.ConvertAll(pod => new Thread(() =>
            {
                start.SignalAndWait();
                cgroups.Create(pod.Pod, pod.Path);
            }));
            threads.ForEach(static t => t.Start());
            threads.ForEach(static t => t.Join());
            Assert.Equal($"{2 + (made + AtOnce) * 100}", File.ReadAllText(Path.GetDirectoryName(_mount["cpu"] + pods[0].Path) + "/cpu.shares"));
        }
    }

    private static (V1Pod Pod, string Path) Burstable(string uid)
    {
        var pod = Contexts.Pod("""{"containers":[{"name":"a","image":"i","resources":{"requests":{"cpu":"100m"}}}]}""", $$"""{"uid":"{{uid}}"}""").Pod;
        pod.Status = new() { QosClass = "Burstable" };
        return (pod, SandboxConfigBuilder.CgroupParent(pod, "/node"));
    }

    // The kernel makes these files with their directories.
    private string MakeKernelFiles(string path)
    {
        var own = _mount["cpu"] + path;
        Directory.CreateDirectory(own);
        foreach (var directory in new[] { own, Path.GetDirectoryName(own)! })
            File.WriteAllText(Path.Combine(directory, "cpu.shares"), "1024");
        return own;
    }
}
