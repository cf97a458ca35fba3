using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Volumes;
using ActorKube.NodeAgent.Node;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.NodeAgent.Volumes;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.NodeAgent.Tests.Volumes;

/// <summary>Directories of the local-path provisioner's volumes, and their end.</summary>
public sealed class LocalPathTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TempDirectory _root = new();
    private readonly FakeCluster _cluster = new(TimeProvider.System);
    private readonly Pods _pods = new();
    private readonly Events _events = new();

    public void Dispose() => _root.Dispose();

    [Theory]
    [InlineData("/data/local", "/data/local/pvc-1", true)]
    [InlineData("/data/local/", "/data/local/pvc-1", true)]
    [InlineData("/data/local", "/data/local", false)]
    [InlineData("/data/local", "/data/local/", false)]
    [InlineData("/data/local", "/data/local/..", false)]
    [InlineData("/data/local", "/data/local/.", false)]
    [InlineData("/data/local", "/data/local/a/b", false)]
    [InlineData("/data/local", "/data/local/../../etc", false)]
    [InlineData("/data/local", "/data/local2/x", false)]
    [InlineData("/data/local", "/etc", false)]
    [InlineData("/", "/etc", false)]
    [InlineData("", "/etc", false)]
    public void Only_what_is_directly_below_the_root_counts(string root, string path, bool below) => Assert.Equal(below, LocalPath.IsBelow(root, path));

    [Theory]
    [InlineData("node-1", "node-1")]
    [InlineData("a-very-long-name-of-a-node-in-a-region-far-away.of-some-cloud.example.com", "c19c7267f1d112cb-in-a-region-far-away.of-some-cloud.example.com")]
    public void Names_of_nodes_that_are_too_long_for_a_label_are_shortened_with_a_digest(string node, string expected)
    {
        var label = LocalPath.LabelOf(node);
        Assert.Equal(expected, label);
        Assert.InRange(label.Length, 1, 63);
        Assert.NotEqual(label, LocalPath.LabelOf("x" + node));
    }

    [Theory]
    [InlineData("/data/local", "/data/local", true)]
    [InlineData("simulated:/data", "/data", false)]
    [InlineData("", null, false)]
    [InlineData("relative", null, false)]
    [InlineData("/", null, false)]
    [InlineData("/a/../b", null, false)]
    public void What_a_node_says_about_its_directory_is_read_with_care(string text, string? directory, bool onDisk)
    {
        var root = LocalPathRoot.Parse(text);
        Assert.Equal(directory, root?.Directory);
        Assert.Equal(onDisk, root?.OnDisk == true);
        if (root is not null)
            Assert.Equal(text, root.Text);
    }

    [Theory]
    [InlineData("{}", "Remove")]
    [InlineData("""{"metadata":{"deletionTimestamp":null}}""", "Wait")]
    [InlineData("""{"metadata":{"finalizers":["kubernetes.io/pv-protection"]}}""", "Wait")]
    [InlineData("""{"status":{"phase":"Bound"}}""", "Wait")]
    [InlineData("""{"status":{"phase":"Available"}}""", "Remove")]
    [InlineData("""{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}""", "Keep")]
    [InlineData("""{"spec":{"local":{"path":"/etc"}}}""", "Refuse")]
    [InlineData("""{"spec":{"local":{"path":"/root/local/../../etc"}}}""", "Refuse")]
    [InlineData("""{"spec":{"local":null,"hostPath":{"path":"/root/local/pvc-1"}}}""", "Refuse")]
    [InlineData("""{"metadata":{"annotations":{"pv.kubernetes.io/provisioned-by":"somebody.else/x"}}}""", "Refuse")]
    public void Data_goes_only_when_its_volume_is_deleted_unbound_and_made_to_be_removed(string changes, string step) =>
        Assert.Equal(step, LocalPathRemoval.Of(Volume("/root/local/pvc-1", changes).Stored(), "/root/local").Step.ToString());

    [Fact]
    public async Task The_directory_goes_and_then_the_finalizer()
    {
        Fill("local/pvc-1");
        _cluster.Put("persistentvolumes", Volume(_root["local/pvc-1"]));
        await RunUntil(() => _cluster.Writes.Any(w => w.What == "PATCH persistentvolumes/pvc-1"));
        Assert.False(Path.Exists(_root["local/pvc-1"]));
        Assert.True(Directory.Exists(_root["local"]));
        var patch = _cluster.Writes.Single().Body!;
        Assert.Equal("""["kubernetes.io/pv-protection"]""", patch["metadata"]!["finalizers"]!.ToJsonString());
        Assert.NotNull(patch["metadata"]!["resourceVersion"]);
    }

    [Fact]
    public async Task Nothing_outside_of_the_root_is_removed_whatever_the_volume_says()
    {
        Fill("precious");
        Fill("local/pvc-1");
        _cluster.Put("persistentvolumes", Volume(_root["precious"]));
        await RunUntil(() => !_events.Messages.IsEmpty);
        Assert.Equal([$"{_root["precious"]} is not a directory directly below {_root["local"]}"], _events.Messages);
        Assert.True(File.Exists(_root["precious/file"]));
        Assert.Empty(_cluster.Writes);
        Assert.Throws<IOException>(() => LocalPaths.Remove(_root["local"], _root["local/../precious"]));
        Assert.Throws<IOException>(() => LocalPaths.Remove(_root["local"], _root["local"]));
    }

    [Fact]
    public async Task A_directory_that_a_pod_still_has_is_kept()
    {
        Fill("local/pvc-1");
        _pods.Used = _root["local/pvc-1"];
        _cluster.Put("persistentvolumes", Volume(_root["local/pvc-1"]));
        await RunUntil(() => !_events.Messages.IsEmpty);
        Assert.True(File.Exists(_root["local/pvc-1/file"]));
        Assert.Empty(_cluster.Writes);
    }

    [Fact]
    public async Task What_has_to_wait_is_not_tried_again_for_each_volume_that_comes()
    {
        const int Others = 50;
        _pods.Used = _root["local/pvc-1"];
        _cluster.Put("persistentvolumes", Volume(_root["local/pvc-1"]));
        var next = 0;
        await RunUntil(() =>
        {
            if (!_events.Messages.IsEmpty && _cluster.Writes.Count == next && next < Others)
                _cluster.Put("persistentvolumes", Volume(_root["local/other"], $$$"""{"metadata":{"name":"other-{{{++next}}}"}}"""));
            return _cluster.Writes.Count == Others;
        });
        Assert.Equal(Others, next);
        Assert.Single(_events.Messages);
    }

    [Fact]
    public void Links_are_removed_and_what_they_lead_to_stays()
    {
        Fill("precious");
        Fill("local/pvc-1");
        File.CreateSymbolicLink(_root["local/pvc-1/link"], _root["precious"]);
        File.CreateSymbolicLink(_root["local/pvc-2"], _root["precious"]);
        Assert.True(LocalPaths.Remove(_root["local"], _root["local/pvc-1"]));
        Assert.True(LocalPaths.Remove(_root["local"], _root["local/pvc-2"]));
        Assert.False(LocalPaths.Remove(_root["local"], _root["local/pvc-2"]));
        Assert.Empty(Directory.GetFileSystemEntries(_root["local"]));
        Assert.True(File.Exists(_root["precious/file"]));
    }

    [Fact]
    public void Directories_deeper_than_any_path_are_removed_too()
    {
        Fill("local/pvc-1");
        var name = new string('d', 250);
        var at = LinuxFiles.Open(null, _root["local/pvc-1"]);
        for (var depth = 0; depth < 40; depth++)
            using (var parent = at)
            {
                Directory.CreateDirectory($"/proc/self/fd/{parent.Value}/{name}");
                at = LinuxFiles.Open(parent, name);
            }
        at.Dispose();
        Assert.True(LocalPaths.Remove(_root["local"], _root["local/pvc-1"]));
        Assert.False(Directory.Exists(_root["local/pvc-1"]));
    }

    [Fact]
    public void A_directory_in_which_something_is_mounted_is_kept()
    {
        Assert.SkipUnless(LinuxFiles.IsRoot, "only root mounts");
        Fill("local/pvc-1");
        Directory.CreateDirectory(_root["local/pvc-1/mnt"]);
        Assert.True(LinuxFiles.MountMemory(_root["local/pvc-1/mnt"], 1 << 20));
        try
        {
            Assert.Contains("something is mounted at", Assert.Throws<IOException>(() => LocalPaths.Remove(_root["local"], _root["local/pvc-1"])).Message);
            Assert.True(File.Exists(_root["local/pvc-1/file"]));
        }
        finally
        {
            LinuxFiles.Unmount(_root["local/pvc-1/mnt"]);
        }
    }

    private void Fill(string directory)
    {
        Directory.CreateDirectory(_root[directory]);
        File.WriteAllText(_root[directory + "/file"], "content");
    }

    private static JsonObject Volume(string path, string changes = "{}")
    {
        var volume = (JsonObject)JsonNode.Parse($$$$$"""
            {"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"pvc-1","uid":"u","deletionTimestamp":"2026-01-01T00:00:00Z","finalizers":["kubernetes.io/pv-protection","local-path.actorkube.io/directory"],
            "labels":{"local-path.actorkube.io/node":"node-1"},"annotations":{"pv.kubernetes.io/provisioned-by":"actorkube.io/local-path"}},
            "spec":{"persistentVolumeReclaimPolicy":"Delete","local":{"path":"{{{{{path}}}}}"}},"status":{"phase":"Released"}}
            """)!;
        FakePatch.Apply(volume, (JsonObject)JsonNode.Parse(changes)!, strategic: false);
        return volume;
    }

    private async Task RunUntil(Func<bool> condition)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(object? sender, EventArgs e)
        {
            if (condition())
                reached.TrySetResult();
        }
        _cluster.Changed += Look;
        _events.Recorded += Look;
        var cleaner = new LocalPathCleaner(_cluster, "node-1", _root["local"], _pods, _events, TimeProvider.System, NullLogger.Instance);
        var running = cleaner.RunAsync(stop.Token);
        await reached.Task.WaitAsync(Patience, stop.Token);
        await stop.CancelAsync();
        await running.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private sealed class Events : IEventSink
    {
        public event EventHandler? Recorded;

        public ImmutableArray<string> Messages { get; private set; } = [];

        public void Record(EventTarget target, PodEvent podEvent)
        {
            Messages = Messages.Add(podEvent.Message);
            Recorded?.Invoke(this, EventArgs.Empty);
        }
    }

    private sealed class Pods : IPodVolumes
    {
        public string Used { get; set; } = "";

        public ValueTask<TimeSpan?> SetUpAsync(PodContext pod, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<ImmutableArray<ContainerMount>> MountAsync(PodContext pod, V1Container container, uint attempt, ContainerEnvironment environment, CancellationToken cancel) => throw new NotSupportedException();

        public string TerminationMessage(string podUid, string container, uint attempt) => throw new NotSupportedException();

        public ValueTask RemoveAsync(string podUid, CancellationToken cancel) => throw new NotSupportedException();

        public string? Overuse(V1Pod pod) => throw new NotSupportedException();

        public long ScratchBytes(V1Pod pod) => throw new NotSupportedException();

        public bool Uses(string path) => path == Used;

        public IReadOnlyList<string> List() => throw new NotSupportedException();
    }
}
