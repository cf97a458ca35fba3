using System.Diagnostics;
using ActorKube.NodeAgent.Runtimes.Cri;
using ActorKube.NodeAgent.Tests.Runtimes.Cri;
using ActorKube.Testing.Containers;

namespace ActorKube.NodeAgent.Tests.Containers;

/// <summary>The harness itself: what the end-to-end tests build on.</summary>
[Collection(ContainerdCollection.Name)]
[Trait("needs", "containerd")]
public sealed class ContainerFabricTests(ContainerdFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_fabric_has_other_addresses_and_two_nodes_reach_each_others_pods()
    {
        ContainerdCollection.SkipWithoutContainerd();
        await using var fabric = await ContainerFabric.CreateAsync();
        var first = await fabric.StartNodeAsync(1);
        var second = await fabric.StartNodeAsync(2);
        await using var firstRuntime = new CriNode(first);
        await using var secondRuntime = new CriNode(second);
        await using var client = await CriPod.StartAsync(firstRuntime);
        await using var server = await CriPod.StartAsync(
            secondRuntime, container: c => c with { Image = OfflineImages.Httpd.Name, Command = [], Args = [] });
        await server.ShellAsync("while ! netstat -ltn | grep -q ':80 '; do :; done");

        Assert.NotEqual(fixture.Node.PodCidr, first.PodCidr);
        Assert.Equal("hello from busybox httpd", await client.ShellAsync($"wget -q -O - http://{await server.AddressAsync()}/"));
        Assert.Contains(first.Address, await RunInAsync(first, "ip", "addr"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_of_a_node_is_left_when_it_is_disposed()
    {
        ContainerdCollection.SkipWithoutContainerd();
        await using var fabric = await ContainerFabric.CreateAsync();
        var node = await fabric.StartNodeAsync(7);
        await using (var runtime = new CriNode(node))
            await CriPod.StartAsync(runtime);

        await node.DisposeAsync();

        Assert.False(Directory.Exists(node.Directory));
        Assert.False(File.Exists($"/run/netns/{node.NetworkNamespace}"));
        Assert.DoesNotContain(node.Directory, await File.ReadAllTextAsync("/proc/self/mounts", Cancel), StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetDirectories("/sys/fs/cgroup"), root => Directory.Exists(root + node.CgroupParent));
        Assert.False((await CriDetection.ProbeAsync(node.Endpoint, needsNetwork: false, Cancel)).IsUsable);
    }

    [Fact]
    public async Task An_image_is_the_same_bytes_every_time()
    {
        var directory = Directory.CreateTempSubdirectory("image-");
        try
        {
            await Build().WriteArchiveAsync(Path.Combine(directory.FullName, "one"));
            await Build().WriteArchiveAsync(Path.Combine(directory.FullName, "two"));

            Assert.Equal(
                await File.ReadAllBytesAsync(Path.Combine(directory.FullName, "one"), Cancel),
                await File.ReadAllBytesAsync(Path.Combine(directory.FullName, "two"), Cancel));
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        static OfflineImage Build() => new(
            "docker.io/library/app:1", new ImageFiles().AddDirectory("etc").AddFile("etc/app", "x"u8).AddLink("app", "etc/app"), ["/app"], ["now"]);
    }

    private static async Task<string> RunInAsync(ContainerdNode node, params string[] command)
    {
        string[] all = [.. node.EnterCommand, .. command];
        using var process = Process.Start(
            new ProcessStartInfo(all[0], all[1..]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        return await process.StandardOutput.ReadToEndAsync(Cancel);
    }
}
