using System.Text.Json.Nodes;
using ActorKube.Machinery.Volumes;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.NodeAgent.Volumes;
using ActorKube.Testing.Fakes;

namespace ActorKube.NodeAgent.Tests.Volumes;

public sealed class DiskVolumesTests : IDisposable
{
    private static readonly ContainerEnvironment NoEnvironment = new([], []);

    private readonly TempDirectory _root = new();
    private readonly SettableTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly FakeReferences _references = new();
    private readonly FakeCluster _cluster;
    private readonly DiskVolumes _volumes;

    public DiskVolumesTests()
    {
        _cluster = new FakeCluster(_time);
        var tokens = new PodTokens(_cluster, _time);
        _volumes = new DiskVolumes(new PodPaths(_root.Path, _root["logs"]), "cluster.local", new VolumeResolver(_references, "node-1", new LocalPathRoot(_root["local-path"], OnDisk: true)), new VolumeContents(_references, tokens), tokens, _time, TimeSpan.FromMinutes(1));
    }

    public void Dispose() => _root.Dispose();

    [Fact]
    public async Task A_config_map_becomes_files_and_follows_its_changes()
    {
        var pod = Contexts.Pod("""{"volumes":[{"name":"c","configMap":{"name":"cfg"}}]}""");
        _references.ConfigMap("cfg", ("a", "1"), ("b", "2"));
        var due = await _volumes.SetUpAsync(pod, Cancel);
        Assert.Equal(TimeSpan.FromMinutes(1), due);
        Assert.Equal("1", Read("configmap", "c", "a"));
        _references.ConfigMap("cfg", ("a", "changed"));
        await _volumes.SetUpAsync(pod, Cancel);
        Assert.Equal("changed", Read("configmap", "c", "a"));
        Assert.False(Path.Exists(PathOf("configmap", "c", "b")));
    }

    [Fact]
    public async Task Items_choose_and_name_keys()
    {
        _references.Secret("s", ("k", "v"), ("other", "x"));
        await _volumes.SetUpAsync(Contexts.Pod("""{"volumes":[{"name":"s","secret":{"secretName":"s","items":[{"key":"k","path":"dir/file","mode":256}]}}]}"""), Cancel);
        Assert.Equal("v", Read("secret", "s", "dir/file"));
        Assert.Equal((UnixFileMode)0b100_000_000, File.GetUnixFileMode(PathOf("secret", "s", "..data/dir/file")));
        Assert.False(Path.Exists(PathOf("secret", "s", "other")));
    }

    [Fact]
    public async Task Secrets_and_tokens_are_in_memory_and_leave_it_with_their_pod()
    {
        Assert.SkipUnless(LinuxFiles.IsRoot, "only root mounts");
        _references.Secret("s", ("k", "v"));
        _references.ConfigMap("cfg", ("a", "1"));
        var pod = Contexts.Pod("""{"volumes":[{"name":"s","secret":{"secretName":"s"}},{"name":"d","downwardAPI":{"items":[{"path":"n","fieldRef":{"fieldPath":"metadata.name"}}]}},{"name":"p","projected":{"sources":[{"secret":{"name":"s"}}]}},{"name":"c","configMap":{"name":"cfg"}}]}""");
        await _volumes.SetUpAsync(pod, Cancel);
        await _volumes.SetUpAsync(pod, Cancel);
        string[] inMemory = [PathOf("secret", "s", ""), PathOf("downward-api", "d", ""), PathOf("projected", "p", "")];
        Assert.Equal(inMemory.Select(static p => p.TrimEnd('/')).Order(), LinuxFiles.MountsBelow(_root.Path).Order());
        Assert.Equal("v", Read("secret", "s", "k"));
        await _volumes.RemoveAsync(pod.Pod.Metadata.Uid, Cancel);
        Assert.Empty(LinuxFiles.MountsBelow(_root.Path));
        Assert.Empty(_volumes.List());
    }

    [Fact]
    public async Task Files_that_an_earlier_version_left_on_disk_are_not_hidden_by_a_mount()
    {
        _references.Secret("s", ("k", "v"));
        Directory.CreateDirectory(PathOf("secret", "s", "..2026_01_01_00_00_00.0"));
        await _volumes.SetUpAsync(Contexts.Pod("""{"volumes":[{"name":"s","secret":{"secretName":"s"}}]}"""), Cancel);
        Assert.Empty(LinuxFiles.MountsBelow(_root.Path));
    }

    [Theory]
    [InlineData("""{"name":"v","configMap":{"name":"none"}}""", "MountVolume.SetUp failed for volume \"v\" : configmap \"none\" not found")]
    [InlineData("""{"name":"v","secret":{"secretName":"none"}}""", "MountVolume.SetUp failed for volume \"v\" : secret \"none\" not found")]
    [InlineData("""{"name":"v","configMap":{"name":"cfg","items":[{"key":"z","path":"z"}]}}""", "MountVolume.SetUp failed for volume \"v\" : configmap references non-existent configmap key: z")]
    [InlineData("""{"name":"v","csi":{"driver":"d"}}""", "MountVolume.SetUp failed for volume \"v\" : volumes of type csi (\"d\") are not supported by this node agent")]
    [InlineData("""{"name":"v","projected":{"sources":[{"clusterTrustBundle":{"path":"x"}}]}}""", "MountVolume.SetUp failed for volume \"v\" : a projected source of type clusterTrustBundle is not supported by this node agent")]
    public async Task What_cannot_be_had_says_why(string volume, string message)
    {
        _references.ConfigMap("cfg", ("a", "1"));
        var error = await Assert.ThrowsAsync<MountException>(async () => await _volumes.SetUpAsync(Contexts.Pod($$$"""{"volumes":[{{{volume}}}]}"""), Cancel));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public async Task Optional_sources_may_be_missing()
    {
        await _volumes.SetUpAsync(Contexts.Pod("""{"volumes":[{"name":"v","configMap":{"name":"none","optional":true}}]}"""), Cancel);
        Assert.True(Directory.Exists(PathOf("configmap", "v", "")));
    }

    [Fact]
    public async Task The_service_account_volume_has_token_certificate_and_namespace_and_the_token_is_renewed()
    {
        var asked = 0;
        _cluster.Virtual["token"] = body =>
        {
            body["status"] = new JsonObject { ["token"] = $"token-{++asked}", ["expirationTimestamp"] = (_time.GetUtcNow() + TimeSpan.FromSeconds(3607)).ToString("O") };
            return body;
        };
        _references.ConfigMap("kube-root-ca.crt", ("ca.crt", "PEM"));
        var pod = Contexts.Pod("""
            {"serviceAccountName":"robot","volumes":[{"name":"t","projected":{"defaultMode":420,"sources":[{"serviceAccountToken":{"path":"token","expirationSeconds":3607}},
            {"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt","path":"ca.crt"}]}},{"downwardAPI":{"items":[{"path":"namespace","fieldRef":{"fieldPath":"metadata.namespace"}}]}}]}}]}
            """);
        await _volumes.SetUpAsync(pod, Cancel);
        Assert.Equal(("token-1", "PEM", "default"), (Read("projected", "t", "token"), Read("projected", "t", "ca.crt"), Read("projected", "t", "namespace")));
        var request = _cluster.Writes.Single();
        Assert.Equal("POST serviceaccounts/default/robot/token", request.What);
        Assert.Equal("uid-web", (string?)request.Body!["spec"]!["boundObjectRef"]!["uid"]);
        await _volumes.SetUpAsync(pod, Cancel);
        Assert.Equal(1, asked);
        _time.Advance(TimeSpan.FromSeconds(3000));
        await _volumes.SetUpAsync(pod, Cancel);
        Assert.Equal("token-2", Read("projected", "t", "token"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_token_is_renewed_in_time_and_no_sooner_whatever_the_clock_is_set_to(int hours)
    {
        var asked = 0;
        _cluster.Virtual["token"] = body =>
        {
            body["status"] = new JsonObject { ["token"] = $"token-{++asked}", ["expirationTimestamp"] = (_time.GetUtcNow() + TimeSpan.FromSeconds(3607)).ToString("O") };
            return body;
        };
        var pod = Contexts.Pod("""{"volumes":[{"name":"t","projected":{"sources":[{"serviceAccountToken":{"path":"token","expirationSeconds":3607}}]}}]}""");
        await _volumes.SetUpAsync(pod, Cancel);
        _time.Jump(TimeSpan.FromHours(hours));
        await _volumes.SetUpAsync(pod, Cancel);
        Assert.Equal(1, asked);
        _cluster.IsDown = true;
        _time.Advance(TimeSpan.FromSeconds(3606));
        await _volumes.SetUpAsync(pod, Cancel);
        Assert.Equal("token-1", Read("projected", "t", "token"));
        _cluster.IsDown = false;
        await _volumes.SetUpAsync(pod, Cancel);
        Assert.Equal("token-2", Read("projected", "t", "token"));
    }

    [Fact]
    public async Task An_empty_directory_is_writable_by_everybody_and_mounted_where_asked()
    {
        var pod = Contexts.Pod("""{"volumes":[{"name":"e","emptyDir":{}}],"containers":[{"name":"web","image":"i","volumeMounts":[{"name":"e","mountPath":"/data"}]}]}""");
        Assert.Null(await _volumes.SetUpAsync(pod, Cancel));
        Assert.Equal((UnixFileMode)0b111_111_111, File.GetUnixFileMode(PathOf("empty-dir", "e", "")));
        var mounts = await _volumes.MountAsync(pod, pod.Pod.Spec.Containers[0], 0, NoEnvironment, Cancel);
        Assert.Contains(new ContainerMount("/data", PathOf("empty-dir", "e", "")), mounts);
    }

    [Fact]
    public async Task A_directory_that_is_filled_beyond_its_limit_ends_the_pod()
    {
        var pod = Contexts.Pod("""{"volumes":[{"name":"free","emptyDir":{}},{"name":"e","emptyDir":{"sizeLimit":"64Ki"}}]}""");
        Assert.Equal(TimeSpan.FromMinutes(1), await _volumes.SetUpAsync(pod, Cancel));
        File.WriteAllBytes(PathOf("empty-dir", "free", "f"), new byte[1 << 20]);
        File.WriteAllBytes(PathOf("empty-dir", "e", "f"), new byte[16 << 10]);
        File.CreateSymbolicLink(PathOf("empty-dir", "e", "link"), PathOf("empty-dir", "free", ""));
        Assert.Null(_volumes.Overuse(pod.Pod));
        Directory.CreateDirectory(PathOf("empty-dir", "e", "d"));
        File.WriteAllBytes(PathOf("empty-dir", "e", "d/g"), new byte[64 << 10]);
        Assert.Equal("Usage of EmptyDir volume \"e\" exceeds the limit \"64Ki\". ", _volumes.Overuse(pod.Pod));
    }

    [Fact]
    public async Task Files_made_from_objects_are_mounted_read_only()
    {
        _references.ConfigMap("cfg", ("a", "1"));
        var pod = Contexts.Pod("""{"volumes":[{"name":"c","configMap":{"name":"cfg"}}],"containers":[{"name":"web","image":"i","volumeMounts":[{"name":"c","mountPath":"/etc/cfg"}]}]}""");
        await _volumes.SetUpAsync(pod, Cancel);
        Assert.True((await _volumes.MountAsync(pod, pod.Pod.Spec.Containers[0], 0, NoEnvironment, Cancel)).Single(m => m.ContainerPath == "/etc/cfg").ReadOnly);
    }

    [Fact]
    public async Task Every_container_gets_the_hosts_file_unless_it_brings_its_own()
    {
        var pod = Contexts.Pod("""{"hostAliases":[{"ip":"1.2.3.4","hostnames":["a","b"]}],"volumes":[{"name":"e","emptyDir":{}}],"containers":[{"name":"web","image":"i"},{"name":"own","image":"i","volumeMounts":[{"name":"e","mountPath":"/etc/hosts"}]}]}""");
        await _volumes.SetUpAsync(pod, Cancel);
        var hosts = (await _volumes.MountAsync(pod, pod.Pod.Spec.Containers[0], 0, NoEnvironment, Cancel)).Single(m => m.ContainerPath == "/etc/hosts");
        var text = File.ReadAllText(hosts.HostPath);
        Assert.Contains("10.244.1.5\tweb\n", text);
        Assert.Contains("1.2.3.4\ta\tb\n", text);
        Assert.Single(await _volumes.MountAsync(pod, pod.Pod.Spec.Containers[1], 0, NoEnvironment, Cancel), m => m.ContainerPath == "/etc/hosts");
    }

    [Fact]
    public async Task The_last_words_of_each_attempt_are_kept_apart()
    {
        var pod = Contexts.Pod();
        await _volumes.SetUpAsync(pod, Cancel);
        var first = (await _volumes.MountAsync(pod, pod.Pod.Spec.Containers[0], 0, NoEnvironment, Cancel)).Single(m => m.ContainerPath == "/dev/termination-log");
        await _volumes.MountAsync(pod, pod.Pod.Spec.Containers[0], 1, NoEnvironment, Cancel);
        File.WriteAllText(first.HostPath, "out of luck");
        Assert.Equal("out of luck", _volumes.TerminationMessage("uid-web", "web", 0));
        Assert.Equal("", _volumes.TerminationMessage("uid-web", "web", 1));
    }

    [Fact]
    public async Task Removing_a_pod_leaves_nothing_and_does_not_follow_mounts()
    {
        var precious = Directory.CreateDirectory(_root["precious"]).FullName;
        File.WriteAllText(Path.Combine(precious, "file"), "keep");
        var pod = Contexts.Pod($$$"""{"volumes":[{"name":"h","hostPath":{"path":"{{{precious}}}"}},{"name":"m","emptyDir":{"medium":"Memory"}}],"containers":[{"name":"web","image":"i","volumeMounts":[{"name":"h","mountPath":"/h","subPath":"."}]}]}""");
        await _volumes.SetUpAsync(pod, Cancel);
        await _volumes.MountAsync(pod, pod.Pod.Spec.Containers[0], 0, NoEnvironment, Cancel);
        Assert.Equal(["uid-web"], _volumes.List());
        await _volumes.RemoveAsync("uid-web", Cancel);
        Assert.Empty(_volumes.List());
        Assert.Equal("keep", File.ReadAllText(Path.Combine(precious, "file")));
    }

    [Theory]
    [InlineData("Directory", "d", true)]
    [InlineData("Directory", "f", false)]
    [InlineData("Directory", "none", false)]
    [InlineData("DirectoryOrCreate", "none", true)]
    [InlineData("DirectoryOrCreate", "f", false)]
    [InlineData("File", "f", true)]
    [InlineData("File", "d", false)]
    [InlineData("FileOrCreate", "none", true)]
    [InlineData("Socket", "f", false)]
    [InlineData("CharDevice", "/dev/null", true)]
    [InlineData("BlockDevice", "/dev/null", false)]
    [InlineData("", "none", true)]
    [InlineData("Nonsense", "d", false)]
    public async Task A_host_path_must_be_what_its_type_says(string type, string path, bool accepted)
    {
        Directory.CreateDirectory(_root["d"]);
        File.WriteAllText(_root["f"], "");
        var pod = Contexts.Pod($$$"""{"volumes":[{"name":"h","hostPath":{"path":"{{{_root[path]}}}","type":"{{{type}}}"}}]}""");
        var error = await Record.ExceptionAsync(async () => await _volumes.SetUpAsync(pod, Cancel));
        if (accepted)
            Assert.Null(error);
        else
            Assert.Contains("hostPath type check failed", Assert.IsType<MountException>(error).Message);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string PathOf(string plugin, string volume, string file) => Path.Combine(_root.Path, "pods", "uid-web", "volumes", $"kubernetes.io~{plugin}", volume, file).TrimEnd('/');

    private string Read(string plugin, string volume, string file) => File.ReadAllText(PathOf(plugin, volume, file));
}
