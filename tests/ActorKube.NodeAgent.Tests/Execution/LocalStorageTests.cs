using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Volumes;
using ActorKube.NodeAgent.Execution;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.NodeAgent.Volumes;

namespace ActorKube.NodeAgent.Tests.Execution;

public sealed class LocalStorageTests
{
    [Theory]
    [InlineData("1k", null, "Pod ephemeral local storage usage exceeds the total limit of containers 1k. ")]
    [InlineData("1k", "10k", "Container web exceeded its local ephemeral storage limit \"1k\". ")]
    [InlineData("1Mi", null, null)]
    [InlineData("0", null, null)]
    [InlineData(null, null, null)]
    public async Task A_pod_that_has_more_on_disk_than_its_containers_may_has_to_go(string? limit, string? another, string? why)
    {
        await using var agent = new AgentFixture();
        agent.Start();
        agent.Cluster.Put("pods", TestPods.Pod("pod", change: pod =>
        {
            var containers = pod["spec"]!["containers"]!.AsArray();
            if (limit is not null)
                containers[0]!["resources"] = Limit(limit);
            if (another is null)
                return;
            var second = TestPods.Container("another");
            second["resources"] = Limit(another);
            containers.Add((JsonNode)second);
        }));
        await agent.UntilPhase("pod", "Running");
        foreach (var container in await agent.Runtime.ListContainersAsync(ContainerFilter.All, Cancel))
            if (container.Metadata.Name == "web")
                await using (var log = agent.Runtime.LogFiles.OpenAppend((await agent.Runtime.GetContainerStatusAsync(container.Id, Cancel)).LogPath))
                    await log.WriteAsync(new byte[2000], Cancel);

        var references = new FakeReferences();
        var volumes = new SimulatedVolumes(references, new VolumeResolver(references, TestPods.Node, new LocalPathRoot("/nowhere", OnDisk: false)));
        var storage = new LocalStorage(agent.Runtime, volumes, new PodPaths(agent.Settings.RootDirectory, agent.Settings.LogDirectory));
        var read = PodReader.Read(StoredObject.Parse(Encoding.UTF8.GetBytes(agent.Pod("pod")!.ToJsonString())));
        Assert.Equal(why, await storage.OveruseAsync(new PodJob(new RefreshVolumes(), read, PodViewReader.Read(read), PodSeen.Empty, static _ => { }), Cancel));
    }

    [Theory]
    [InlineData("""{"containers":[{"name":"a"}],"overhead":{"ephemeral-storage":"1Gi"}}""", "0")]
    [InlineData("""{"containers":[{"name":"a",LIMIT1},{"name":"b",LIMIT1}]}""", "2Gi")]
    [InlineData("""{"initContainers":[{"name":"i",LIMIT5}],"containers":[{"name":"a",LIMIT1}]}""", "5Gi")]
    [InlineData("""{"initContainers":[{"name":"s","restartPolicy":"Always",LIMIT1},{"name":"i",LIMIT5}],"containers":[{"name":"a",LIMIT1}],"overhead":{"ephemeral-storage":"1Gi"}}""", "7Gi")]
    [InlineData("""{"initContainers":[{"name":"i",LIMIT1},{"name":"s","restartPolicy":"Always",LIMIT1}],"containers":[{"name":"a",LIMIT1}]}""", "2Gi")]
    public void The_whole_pod_may_have_what_runs_side_by_side_or_what_comes_before(string spec, string limit)
    {
        foreach (var size in (int[])[1, 5])
            spec = spec.Replace($"LIMIT{size}", $"\"resources\":{{\"limits\":{{\"ephemeral-storage\":\"{size}Gi\"}}}}");
        var pod = PodReader.Read(StoredObject.Parse(Encoding.UTF8.GetBytes($$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"d","uid":"u","resourceVersion":"1"},"spec":{{{spec}}}}""")));
        Assert.Equal((limit, limit != "0"), (StorageLimits.OfPod(pod).ToString(), StorageLimits.IsLimited(pod)));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static JsonNode Limit(string limit) => JsonNode.Parse($$$"""{"limits":{"ephemeral-storage":"{{{limit}}}"}}""")!;
}
