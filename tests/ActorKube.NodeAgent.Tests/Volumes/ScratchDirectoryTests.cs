using System.Runtime.InteropServices;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.NodeAgent.Volumes;
using k8s.Models;

namespace ActorKube.NodeAgent.Tests.Volumes;

public sealed class ScratchDirectoryTests : IDisposable
{
    private readonly TempDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void A_root_without_the_right_to_mount_has_on_disk_what_would_be_in_memory()
    {
        Assert.SkipUnless(LinuxFiles.IsRoot, "others do not try to mount");
        var pod = Contexts.Pod("""{"volumes":[{"name":"s","secret":{"secretName":"s"}},{"name":"m","emptyDir":{"medium":"Memory"}}]}""");
        WithoutRightToMount(() =>
        {
            ScratchDirectories.MakeForSecrets(pod, pod.Pod.Spec.Volumes[0], _root["s"]);
            ScratchDirectories.Make(pod, pod.Pod.Spec.Volumes[1], _root["m"]);
        });
        Assert.True(Directory.Exists(_root["s"]));
        Assert.True(Directory.Exists(_root["m"]));
        Assert.Empty(LinuxFiles.MountsBelow(_root.Path));
    }

    [Theory]
    [InlineData("Memory", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_an_empty_directory_can_be_one_for_memory(string? medium, bool isForMemory)
    {
        Assert.Equal(isForMemory, ScratchDirectories.IsForMemory(new V1Volume { Name = "v", EmptyDir = new V1EmptyDirVolumeSource { Medium = medium } }));
        Assert.False(ScratchDirectories.IsForMemory(new V1Volume { Name = "v", Secret = new V1SecretVolumeSource() }));
    }

    // Rights are those of a thread: only the one that ends here loses this.
    private static void WithoutRightToMount(Action act)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            const int SystemAdministration = 21;
            uint[] version3OfThisThread = [0x20080522, 0];
            // Effective, permitted and inheritable rights: 32 of each, and the rest of each.
            var rights = new uint[6];
            failure = Record.Exception(() =>
            {
                Assert.Equal(0, GetRights(version3OfThisThread, rights));
                rights[0] &= ~(1u << SystemAdministration);
                Assert.Equal(0, SetRights(version3OfThisThread, rights));
                act();
            });
        });
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [DllImport("libc", EntryPoint = "capget")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetRights([In, Out] uint[] header, [In, Out] uint[] rights);

    [DllImport("libc", EntryPoint = "capset")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetRights([In, Out] uint[] header, [In] uint[] rights);
}
