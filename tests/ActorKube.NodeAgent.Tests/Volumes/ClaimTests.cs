using System.Text.Json.Nodes;
using ActorKube.Machinery.Volumes;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.NodeAgent.Volumes;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Volumes;

/// <summary>Claims of pods on the way to what they are bound to.</summary>
public sealed class ClaimTests : IDisposable
{
    private const string Mounted = """{"volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"c"}}],"containers":[{"name":"web","image":"i","volumeMounts":[{"name":"data","mountPath":"/data"}]}]}""";
    private const string Waiting = "Unable to attach or mount volumes: unmounted volumes=[data], unattached volumes=[], failed to process volumes=[data]: error processing PVC default/c: ";

    private readonly TempDirectory _root = new();
    private readonly FakeReferences _references = new();
    private readonly DiskVolumes _volumes;
    private readonly SimulatedVolumes _simulated;

    public ClaimTests()
    {
        _volumes = OnDisk();
        _simulated = new SimulatedVolumes(_references, Resolver());
        _references.Node = ((JsonObject)JsonNode.Parse("""{"apiVersion":"v1","kind":"Node","metadata":{"name":"node-1","labels":{"kubernetes.io/hostname":"node-1"}}}""")!).Stored();
    }

    public void Dispose() => _root.Dispose();

    private VolumeResolver Resolver() => new(_references, "node-1", new LocalPathRoot(_root["local-path"], OnDisk: true));

    private DiskVolumes OnDisk()
    {
        var time = new FakeTimeProvider();
        var tokens = new PodTokens(new FakeCluster(time), time);
        return new(new PodPaths(_root.Path, _root["logs"]), "cluster.local", Resolver(), new VolumeContents(_references, tokens), tokens, time, TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(null, null, "failed to fetch PVC from API server: persistentvolumeclaims \"c\" not found")]
    [InlineData("""{"status":{"phase":"Pending"}}""", null, "PVC is not bound")]
    [InlineData("""{"metadata":{"deletionTimestamp":"2026-01-01T00:00:00Z"}}""", null, "PVC is being deleted")]
    [InlineData("{}", null, "failed to fetch PV pv from API server: persistentvolumes \"pv\" not found")]
    [InlineData("{}", """{"spec":{"claimRef":null}}""", "found PV object pv with nil pv.Spec.ClaimRef indicating it is not yet bound to the claim")]
    [InlineData("{}", """{"spec":{"claimRef":{"uid":"other"}}}""", "found PV object pv with a pv.Spec.ClaimRef.UID other that does not point to claim.UID claim-uid")]
    [InlineData("{}", """{"spec":{"volumeMode":"Block"}}""", "volume data has volumeMode Block, but is specified in volumeMounts")]
    public async Task A_claim_that_leads_to_no_volume_says_why(string? claim, string? volume, string why)
    {
        Put(claim, volume);
        Assert.Equal(Waiting + why, await FailureAsync(Contexts.Pod(Mounted)));
    }

    [Theory]
    [InlineData("""{"spec":{"local":{"path":"/none/x"}}}""", "MountVolume.NewMounter initialization failed for volume \"pv\" : path \"/none/x\" does not exist", true)]
    [InlineData("""{"spec":{"local":{"path":"/dev/null"}}}""", "MountVolume.NewMounter initialization failed for volume \"pv\" : only directory and block device are supported", true)]
    [InlineData("""{"spec":{"local":{"path":"/tmp/../etc"}}}""", "MountVolume.SetUp failed for volume \"pv\" : invalid path: /tmp/../etc must not contain '..'", true)]
    [InlineData("""{"spec":{"hostPath":{"path":"/none/x","type":"Directory"},"local":null}}""", "MountVolume.SetUp failed for volume \"pv\" : hostPath type check failed: /none/x is not a directory", true)]
    [InlineData("""{"spec":{"nfs":{"server":"s","path":"/"},"local":null}}""", "MountVolume.SetUp failed for volume \"pv\" : persistent volumes of type nfs are not supported by this node agent", false)]
    [InlineData("""{"spec":{"nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["node-2"]}]}]}}}}""", "MountVolume.NodeAffinity check failed for volume \"pv\" : no matching NodeSelectorTerms", false)]
    public async Task A_volume_that_cannot_be_mounted_says_why(string volume, string message, bool looksAtDisk)
    {
        Put("{}", volume);
        Assert.Equal(message, await FailureAsync(Contexts.Pod(Mounted), simulated: !looksAtDisk));
        if (looksAtDisk)
            Assert.Null(await _simulated.SetUpAsync(Contexts.Pod(Mounted), Cancel));
    }

    [Fact]
    public async Task A_local_volume_on_this_node_is_mounted_as_it_is()
    {
        Directory.CreateDirectory(_root["disk"]);
        Put("{}", $$$$$"""{"spec":{"local":{"path":"{{{{{_root["disk"]}}}}}"},"nodeAffinity":{"required":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"kubernetes.io/hostname","operator":"In","values":["node-1"]}]}]}}}}""");
        var mount = await MountAsync(Contexts.Pod(Mounted));
        Assert.Equal((_root["disk"], false), (mount.HostPath, mount.ReadOnly));
    }

    [Fact]
    public async Task A_claim_that_the_pod_takes_read_only_is_mounted_read_only()
    {
        Directory.CreateDirectory(_root["disk"]);
        Put("{}", $$$$$"""{"spec":{"hostPath":{"path":"{{{{{_root["disk"]}}}}}"},"local":null}}""");
        Assert.True((await MountAsync(Contexts.Pod(Mounted.Replace("\"claimName\":\"c\"", "\"claimName\":\"c\",\"readOnly\":true")))).ReadOnly);
    }

    [Fact]
    public async Task The_provisioners_directory_is_made_for_everybody_and_no_other_is()
    {
        Put("{}", $$$$$"""{"metadata":{"annotations":{"pv.kubernetes.io/provisioned-by":"actorkube.io/local-path"}},"spec":{"local":{"path":"{{{{{_root["local-path/pv"]}}}}}"}}}""");
        await MountAsync(Contexts.Pod(Mounted));
        Assert.Equal((UnixFileMode)0b111_111_111, File.GetUnixFileMode(_root["local-path/pv"]));
        await _volumes.RemoveAsync("uid-web", Cancel);
        Assert.True(Directory.Exists(_root["local-path/pv"]));

        Put("{}", $$$$$"""{"metadata":{"annotations":{"pv.kubernetes.io/provisioned-by":"actorkube.io/local-path"}},"spec":{"local":{"path":"{{{{{_root["elsewhere"]}}}}}"}}}""");
        Assert.Contains("does not exist", await FailureAsync(Contexts.Pod(Mounted)));
        Assert.False(Path.Exists(_root["elsewhere"]));
    }

    [Fact]
    public async Task What_a_running_pod_has_stays_when_its_claim_is_on_the_way_out()
    {
        Directory.CreateDirectory(_root["disk"]);
        Put("{}", $$$$$"""{"spec":{"local":{"path":"{{{{{_root["disk"]}}}}}"}}}""");
        var pod = Contexts.Pod(Mounted);
        await _volumes.SetUpAsync(pod, Cancel);
        Put("""{"metadata":{"deletionTimestamp":"2026-01-01T00:00:00Z"}}""", null);
        Assert.Equal(_root["disk"], (await MountAsync(pod)).HostPath);
    }

    [Fact]
    public async Task A_directory_is_in_use_until_its_pod_is_removed_whichever_agent_set_it_up()
    {
        Directory.CreateDirectory(_root["disk"]);
        Put("{}", $$$$$"""{"spec":{"local":{"path":"{{{{{_root["disk"]}}}}}"}}}""");
        Assert.False(_volumes.Uses(_root["disk"]));
        await _volumes.SetUpAsync(Contexts.Pod(Mounted), Cancel);
        await _volumes.SetUpAsync(Contexts.Pod(Mounted), Cancel);
        var next = OnDisk();
        Assert.Equal((true, true, false), (_volumes.Uses(_root["disk"]), next.Uses(_root["disk"]), next.Uses(_root["other"])));
        await next.SetUpAsync(Contexts.Pod(Mounted), Cancel);
        await next.RemoveAsync("uid-web", Cancel);
        Assert.False(next.Uses(_root["disk"]));
        Assert.True(Directory.Exists(_root["disk"]));
    }

    [Fact]
    public async Task A_generic_ephemeral_volume_has_to_be_the_pods_own()
    {
        Directory.CreateDirectory(_root["disk"]);
        var pod = Contexts.Pod(Mounted.Replace("\"persistentVolumeClaim\":{\"claimName\":\"c\"}", "\"ephemeral\":{\"volumeClaimTemplate\":{}}"));
        Put("{}", $$$$$"""{"spec":{"local":{"path":"{{{{{_root["disk"]}}}}}"}}}""", "web-data");
        Assert.Contains("PVC default/web-data was not created for pod default/web (pod is not owner)", await FailureAsync(pod));
        Put("""{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"web","uid":"uid-web","controller":true}]}}""", $$$$$"""{"spec":{"local":{"path":"{{{{{_root["disk"]}}}}}"}}}""", "web-data");
        Assert.Equal(_root["disk"], (await MountAsync(pod)).HostPath);
    }

    [Fact]
    public async Task One_volume_that_cannot_be_had_does_not_hide_the_others()
    {
        var pod = Contexts.Pod("""{"volumes":[{"name":"a","configMap":{"name":"none"}},{"name":"data","persistentVolumeClaim":{"claimName":"c"}},{"name":"e","emptyDir":{}},{"name":"s","secret":{"secretName":"none"}}]}""");
        var error = await Assert.ThrowsAsync<MountException>(async () => await _volumes.SetUpAsync(pod, Cancel));
        Assert.Equal(
            [
                "MountVolume.SetUp failed for volume \"a\" : configmap \"none\" not found",
                "MountVolume.SetUp failed for volume \"s\" : secret \"none\" not found",
                "Unable to attach or mount volumes: unmounted volumes=[a data s], unattached volumes=[], failed to process volumes=[data]: error processing PVC default/c: failed to fetch PVC from API server: persistentvolumeclaims \"c\" not found",
            ],
            error.Messages);
        Assert.Equal(["a", "data", "s"], error.Volumes);
        Assert.True(Directory.Exists(_root["pods/uid-web/volumes/kubernetes.io~empty-dir/e"]));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private async Task<string> FailureAsync(PodContext pod, bool simulated = true)
    {
        var error = await Assert.ThrowsAsync<MountException>(async () => await _volumes.SetUpAsync(pod, Cancel));
        if (simulated && !error.Message.Contains("does not exist"))
            Assert.Equal(error.Messages, (await Assert.ThrowsAsync<MountException>(async () => await _simulated.SetUpAsync(pod, Cancel))).Messages);
        return Assert.Single(error.Messages);
    }

    private async Task<ContainerMount> MountAsync(PodContext pod)
    {
        await _volumes.SetUpAsync(pod, Cancel);
        return (await _volumes.MountAsync(pod, pod.Pod.Spec.Containers[0], 0, new ContainerEnvironment([], []), Cancel)).Single(m => m.ContainerPath == "/data");
    }

    private void Put(string? claim, string? volume, string name = "c")
    {
        if (claim is not null)
            _references.Claims[name] = Merged<V1PersistentVolumeClaim>($$$$$"""{"metadata":{"name":"{{{{{name}}}}}","namespace":"default","uid":"claim-uid"},"spec":{"volumeName":"pv"},"status":{"phase":"Bound"}}""", claim);
        if (volume is not null)
            _references.Volumes["pv"] = Merged<V1PersistentVolume>("""{"metadata":{"name":"pv"},"spec":{"local":{"path":"/"},"claimRef":{"uid":"claim-uid"}}}""", volume);
    }

    private static T Merged<T>(string usual, string changes)
    {
        var item = (JsonObject)JsonNode.Parse(usual)!;
        FakePatch.Apply(item, (JsonObject)JsonNode.Parse(changes)!, strategic: false);
        return KubernetesJson.Deserialize<T>(item.ToJsonString());
    }
}
