using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.NodeAgent.Volumes;

namespace ActorKube.NodeAgent.Tests.Volumes;

/// <summary>Volumes of a pod's group, and directories in memory.</summary>
public sealed class OwnershipTests : IDisposable
{
    private const UnixFileMode Private = (UnixFileMode)0b111_000_000;
    private const UnixFileMode Shared = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private readonly TempDirectory _root = new();

    public OwnershipTests() => Assert.SkipUnless(LinuxFiles.IsRoot, "only root gives files away");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void The_group_gets_everything_in_the_volume_and_nothing_that_links_lead_to()
    {
        Volume();
        File.WriteAllText(_root["outside"], "");
        File.SetUnixFileMode(_root["outside"], Private);
        File.CreateSymbolicLink(_root["v/link"], _root["outside"]);
        new VolumeOwnership(4321, writable: true).OwnAll(_root["v"], changePolicy: null);
        Assert.All((string[])["v", "v/d", "v/d/f"], p => Assert.Equal(4321, LinuxFiles.GroupOf(_root[p])));
        Assert.Equal(Shared, File.GetUnixFileMode(_root["v/d/f"]) & Shared);
        Assert.True(File.GetUnixFileMode(_root["v/d"]).HasFlag(UnixFileMode.SetGroup | UnixFileMode.GroupExecute));
        Assert.NotEqual(4321, LinuxFiles.GroupOf(_root["outside"]));
        Assert.Equal(Private, File.GetUnixFileMode(_root["outside"]));
    }

    [Theory]
    [InlineData("OnRootMismatch", false)]
    [InlineData("Always", true)]
    [InlineData(null, true)]
    public void A_volume_that_has_its_group_already_is_gone_through_only_if_the_policy_says_so(string? policy, bool changed)
    {
        Volume();
        var ownership = new VolumeOwnership(4321, writable: true);
        ownership.OwnAll(_root["v"], policy);
        Assert.Equal(4321, LinuxFiles.GroupOf(_root["v/d/f"]));
        LinuxFiles.ChangeOwner(_root["v/d/f"], -1, 99);
        ownership.OwnAll(_root["v"], policy);
        Assert.Equal(changed ? 4321 : 99, LinuxFiles.GroupOf(_root["v/d/f"]));
    }

    [Fact]
    public void A_volume_that_is_made_too_deep_is_refused()
    {
        Directory.CreateDirectory(_root["v"]);
        Directory.CreateDirectory(_root["v/" + string.Join('/', Enumerable.Repeat("d", 600))]);
        Assert.Contains("more than 512 levels", Assert.Throws<IOException>(() => new VolumeOwnership(4321, writable: true).OwnAll(_root["v"], changePolicy: null)).Message);
    }

    [Theory]
    [InlineData("", "", 8L << 30)]
    [InlineData("", "1Mi", 1L << 20)]
    [InlineData("64Mi", "", 64L << 20)]
    [InlineData("64Mi", "1Gi", 64L << 20)]
    public void A_directory_in_memory_holds_what_the_pod_may_use_and_no_more_than_its_own_limit(string podLimit, string sizeLimit, long bytes)
    {
        var pod = Contexts.Pod($$$$$"""{"volumes":[{"name":"m","emptyDir":{"medium":"Memory"{{{{{Field("sizeLimit", sizeLimit)}}}}}}}],"containers":[{"name":"web","image":"i","resources":{"limits":{ {{{{{Field("memory", podLimit).TrimStart(',')}}}}} }}}]}""");
        Assert.Equal(bytes, ScratchDirectories.SizeInMemory(pod, pod.Pod.Spec.Volumes[0]));
    }

    [Fact]
    public void A_medium_that_is_not_supported_is_refused_again_and_again()
    {
        var pod = Contexts.Pod("""{"volumes":[{"name":"h","emptyDir":{"medium":"HugePages"}}]}""");
        for (var attempt = 0; attempt < 2; attempt++)
            Assert.Contains("emptyDir medium \"HugePages\" is not supported", Assert.Throws<SetupException>(() => ScratchDirectories.Make(pod, pod.Pod.Spec.Volumes[0], _root["h"])).Message);
    }

    private void Volume()
    {
        Directory.CreateDirectory(_root["v/d"]);
        File.WriteAllText(_root["v/d/f"], "");
        foreach (var path in (string[])["v", "v/d", "v/d/f"])
            File.SetUnixFileMode(_root[path], Private);
    }

    private static string Field(string name, string value) => value.Length == 0 ? "" : $",\"{name}\":\"{value}\"";
}
