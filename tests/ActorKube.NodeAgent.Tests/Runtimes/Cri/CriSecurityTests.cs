using System.Globalization;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Tests.Containers;
using ActorKube.Testing.Containers;

namespace ActorKube.NodeAgent.Tests.Runtimes.Cri;

/// <summary>Every security setting has its effect in a real container: a setting that is ignored is a hole.</summary>
[Collection(ContainerdCollection.Name)]
[Trait("needs", "containerd")]
public sealed class CriSecurityTests(ContainerdFixture fixture) : IAsyncLifetime
{
    private CriNode? _node;

    private CriNode Node => _node ??= new CriNode(fixture.Node);

    public ValueTask InitializeAsync()
    {
        ContainerdCollection.SkipWithoutContainerd();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
            await _node.DisposeAsync();
    }

    [Fact]
    public async Task A_container_runs_as_the_user_group_and_groups_that_are_asked_for()
    {
        await using var pod = await WithAsync(new ContainerSecurity { RunAsUser = 1234, RunAsGroup = 2345, SupplementalGroups = [3456, 4567] });

        Assert.Equal("1234\n2345\n2345 3456 4567", await pod.ShellAsync("id -u; id -g; id -G"));
    }

    [Fact]
    public async Task A_user_is_found_by_name_in_the_image()
    {
        await using var pod = await WithAsync(new ContainerSecurity { RunAsUsername = "www" });

        Assert.Equal("1000", await pod.ShellAsync("id -u"));
    }

    [Fact]
    public async Task An_images_user_is_told_and_used()
    {
        var image = await Node.Runtime.FindImageAsync(OfflineImages.User.Name, TestContext.Current.CancellationToken);
        await using var pod = await CriPod.StartAsync(Node, container: c => c with { Image = OfflineImages.User.Name });

        Assert.Equal("www", image!.Username);
        Assert.Null(image.Uid);
        Assert.Equal("1000", await pod.ShellAsync("id -u"));
    }

    [Fact]
    public async Task Capabilities_are_dropped_and_added()
    {
        const int netBindService = 10;
        await using var pod = await WithAsync(new ContainerSecurity { DropCapabilities = ["ALL"], AddCapabilities = ["NET_BIND_SERVICE"] });

        Assert.Equal(1ul << netBindService, await CapabilitiesAsync(pod));
    }

    [Fact]
    public async Task A_privileged_container_has_all_capabilities_and_nothing_masked()
    {
        const int sysAdmin = 21;
        await using var pod = await CriPod.StartAsync(
            Node,
            config => config with { Security = config.Security with { Privileged = true } },
            container => container with { Security = new ContainerSecurity { Privileged = true } });

        Assert.NotEqual(0ul, await CapabilitiesAsync(pod) & (1ul << sysAdmin));
        Assert.Equal("0", await pod.ShellAsync("grep -c ' /proc/interrupts ' /proc/mounts"));
    }

    [Fact]
    public async Task A_read_only_root_takes_no_files()
    {
        await using var pod = await WithAsync(new ContainerSecurity { ReadOnlyRootFileSystem = true });

        Assert.Contains("Read-only file system", await pod.ShellAsync("touch /x"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "1")]
    [InlineData(false, "0")]
    public async Task No_new_privileges_is_set_or_not(bool isSet, string expected)
    {
        await using var pod = await WithAsync(new ContainerSecurity { NoNewPrivileges = isSet });

        Assert.Equal(expected, await ProcessStatusAsync(pod, "NoNewPrivs"));
    }

    [Theory]
    [InlineData("RuntimeDefault", "2")]
    [InlineData("Unconfined", "0")]
    [InlineData(null, "0")]
    public async Task Seccomp_is_as_the_profile_says(string? kind, string expected)
    {
        var profile = kind is null ? null : new SecurityProfile(Enum.Parse<SecurityProfileKind>(kind));
        await using var pod = await WithAsync(new ContainerSecurity { Seccomp = profile });

        Assert.Equal(expected, await ProcessStatusAsync(pod, "Seccomp"));
    }

    [Fact]
    public async Task A_seccomp_profile_of_the_node_is_applied()
    {
        var path = Path.Combine(fixture.Node.Directory, "no-mkdir.json");
        await File.WriteAllTextAsync(
            path, """{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO"}]}""", TestContext.Current.CancellationToken);
        await using var pod = await WithAsync(new ContainerSecurity { Seccomp = new SecurityProfile(SecurityProfileKind.Localhost, path) });

        Assert.Contains("Operation not permitted", await pod.ShellAsync("mkdir /x"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kernel_paths_are_masked_and_read_only_unless_told_otherwise()
    {
        await using var masked = await WithAsync(new ContainerSecurity());
        await using var unmasked = await WithAsync(new ContainerSecurity { MaskedPaths = [], ReadOnlyPaths = [] });

        Assert.Contains("/proc/interrupts", await masked.ShellAsync("cat /proc/mounts"), StringComparison.Ordinal);
        Assert.Contains(" /proc/sys proc ro", await masked.ShellAsync("cat /proc/mounts"), StringComparison.Ordinal);
        Assert.DoesNotContain("/proc/interrupts", await unmasked.ShellAsync("cat /proc/mounts"), StringComparison.Ordinal);
        Assert.DoesNotContain("/proc/sys", await unmasked.ShellAsync("cat /proc/mounts"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Container", false)]
    [InlineData("Pod", true)]
    public async Task Processes_of_the_pod_are_seen_when_the_namespace_is_shared(string mode, bool isShared)
    {
        var namespaces = new NamespaceOptions { Pid = Enum.Parse<NamespaceMode>(mode) };
        await using var pod = await CriPod.StartAsync(
            Node,
            config => config with { Security = new SandboxSecurity { Namespaces = namespaces } },
            container => container with { Security = new ContainerSecurity { Namespaces = namespaces } });

        Assert.Equal(isShared, (await pod.ShellAsync("cat /proc/1/cmdline")).StartsWith("/pause", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_debugging_container_joins_the_processes_of_its_target()
    {
        await using var pod = await CriPod.StartAsync(Node);
        var debugger = await pod.AddAsync(CriNode.Shell("debugger", "sleep 3600") with
        {
            Security = new ContainerSecurity { Namespaces = new NamespaceOptions { Pid = NamespaceMode.Target, TargetId = pod.Container } },
        });

        Assert.Contains("trap", await pod.ShellAsync("cat /proc/1/cmdline", debugger), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kernel_parameters_are_the_pods_own()
    {
        await using var pod = await CriPod.StartAsync(
            Node, config => config with { Sysctls = config.Sysctls.Add("kernel.shm_rmid_forced", "1").Add("net.ipv4.ip_local_port_range", "40000 41000") });

        Assert.Equal("1\n40000\t41000", await pod.ShellAsync("cat /proc/sys/kernel/shm_rmid_forced /proc/sys/net/ipv4/ip_local_port_range"));
    }

    private Task<CriPod> WithAsync(ContainerSecurity security) => CriPod.StartAsync(Node, container: c => c with { Security = security });

    private static async Task<ulong> CapabilitiesAsync(CriPod pod) =>
        ulong.Parse(await ProcessStatusAsync(pod, "CapEff"), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    // Of the container's first process: commands run by exec may be confined in another way.
    private static Task<string> ProcessStatusAsync(CriPod pod, string field) => pod.ShellAsync($"awk '/^{field}:/ {{print $2}}' /proc/1/status");
}
