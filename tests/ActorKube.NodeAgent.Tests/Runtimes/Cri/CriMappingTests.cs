using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Cri;

namespace ActorKube.NodeAgent.Tests.Runtimes.Cri;

/// <summary>What real runtimes here cannot show: settings that this kernel lacks, and fields of newer runtimes.</summary>
public sealed class CriMappingTests
{
    [Fact]
    public void Security_settings_that_need_other_kernels_are_sent()
    {
        var wire = new ContainerSecurity
        {
            AppArmor = new SecurityProfile(SecurityProfileKind.Localhost, "my-profile"),
            Selinux = new SelinuxOptions("u", "r", "t", "s0:c1,c2"),
            SupplementalGroupsPolicy = SupplementalGroupsPolicy.Strict,
            Namespaces = new NamespaceOptions { User = new UserNamespace([new(100000, 0, 65536)], [new(200000, 0, 65536)]) },
        }.ToWire();

        Assert.Equal(("my-profile", "t", "s0:c1,c2"), (wire.Apparmor.LocalhostRef, wire.SelinuxOptions.Type, wire.SelinuxOptions.Level));
        Assert.Equal(ActorKube.Cri.V1.SupplementalGroupsPolicy.Strict, wire.SupplementalGroupsPolicy);
        Assert.Equal(100000u, Assert.Single(wire.NamespaceOptions.UsernsOptions.Uids).HostId);
        Assert.Equal(200000u, Assert.Single(wire.NamespaceOptions.UsernsOptions.Gids).HostId);
    }

    [Fact]
    public void Processes_are_the_containers_own_unless_told_otherwise()
    {
        Assert.Equal(ActorKube.Cri.V1.NamespaceMode.Container, new ContainerSecurity().ToWire().NamespaceOptions.Pid);
        Assert.Equal(ActorKube.Cri.V1.NamespaceMode.Container, new SandboxSecurity().ToWire().NamespaceOptions.Pid);
    }

    [Fact]
    public void An_unset_user_is_not_root()
    {
        Assert.Null(new ContainerSecurity().ToWire().RunAsUser);
        Assert.Equal(0, new ContainerSecurity { RunAsUser = 0 }.ToWire().RunAsUser.Value);
    }

    [Fact]
    public void All_resources_are_sent()
    {
        var wire = new ContainerResources
        {
            CpuPeriod = 1, CpuQuota = 2, CpuShares = 3, MemoryLimitBytes = 4, MemorySwapLimitBytes = 5, OomScoreAdj = 6, CpusetCpus = "0-1", CpusetMems = "0",
            HugepageLimits = [new("2MB", 7)], Unified = ImmutableDictionary<string, string>.Empty.Add("memory.high", "8"),
        }.ToWire();

        Assert.Equal((1, 2, 3, 4, 5, 6), (wire.CpuPeriod, wire.CpuQuota, wire.CpuShares, wire.MemoryLimitInBytes, wire.MemorySwapLimitInBytes, wire.OomScoreAdj));
        Assert.Equal(("0-1", "0", "2MB", 7ul, "8"), (wire.CpusetCpus, wire.CpusetMems, wire.HugepageLimits[0].PageSize, wire.HugepageLimits[0].Limit, wire.Unified["memory.high"]));
    }

    [Fact]
    public void Both_addresses_of_a_dual_stack_pod_are_read_the_primary_first()
    {
        var wire = new ActorKube.Cri.V1.PodSandboxStatus
        {
            Metadata = new ActorKube.Cri.V1.PodSandboxMetadata { Name = "web" },
            CreatedAt = 1_500_000_000,
            Network = new ActorKube.Cri.V1.PodSandboxNetworkStatus { Ip = "10.0.0.2", AdditionalIps = { new ActorKube.Cri.V1.PodIP { Ip = "fd00::2" } } },
        };

        var status = wire.FromWire();

        Assert.Equal(["10.0.0.2", "fd00::2"], status.Ips);
        Assert.Equal(DateTimeOffset.UnixEpoch.AddSeconds(1.5), status.CreatedAt);
    }

    [Theory]
    [InlineData(0, 0, null, null)]
    [InlineData(1000, 0, 1000L, null)]
    [InlineData(1000, 3000, 1000L, 3000L)]
    [InlineData(3000, 1000, 1000L, 1000L)]
    [InlineData(0, 1000, null, 1000L)]
    public void A_container_never_ends_before_it_starts(long startedAt, long finishedAt, long? started, long? finished)
    {
        var wire = new ActorKube.Cri.V1.ContainerStatus
        {
            Metadata = new ActorKube.Cri.V1.ContainerMetadata { Name = "main" },
            StartedAt = startedAt,
            FinishedAt = finishedAt,
        };

        var status = wire.FromWire();

        Assert.Equal((started, finished), (Nanoseconds(status.StartedAt), Nanoseconds(status.FinishedAt)));

        static long? Nanoseconds(DateTimeOffset? time) => (time - DateTimeOffset.UnixEpoch)?.Ticks * 100;
    }

    [Theory]
    [InlineData("unix:///run/c.sock", "/run/c.sock")]
    [InlineData("/run/c.sock", "/run/c.sock")]
    public void An_endpoint_names_a_socket(string endpoint, string path) => Assert.Equal(path, CriChannel.SocketPath(endpoint));

    [Theory]
    [InlineData("tcp://127.0.0.1:1")]
    [InlineData("c.sock")]
    [InlineData("")]
    public void Other_endpoints_are_refused(string endpoint) =>
        Assert.Equal(RuntimeErrorKind.InvalidArgument, Assert.Throws<RuntimeException>(() => CriChannel.SocketPath(endpoint)).Kind);

    [Fact]
    public async Task A_socket_that_does_not_exist_is_no_runtime()
    {
        var detection = await CriDetection.ProbeAsync("unix:///no/such.sock", needsNetwork: true, TestContext.Current.CancellationToken);

        Assert.False(detection.IsUsable);
        Assert.Equal("there is no container runtime at unix:///no/such.sock", detection.Reason);
    }

    [Fact]
    public async Task A_closed_runtime_is_unavailable()
    {
        var runtime = new CriRuntime(new CriRuntimeOptions { Endpoint = "/no/such.sock" });
        await runtime.DisposeAsync();

        var failure = await Assert.ThrowsAsync<RuntimeException>(() => runtime.GetVersionAsync(TestContext.Current.CancellationToken));

        Assert.Equal(RuntimeErrorKind.Unavailable, failure.Kind);
    }

    [Fact]
    public async Task A_runtime_that_is_not_there_is_unavailable()
    {
        await using var runtime = new CriRuntime(new CriRuntimeOptions { Endpoint = "/no/such.sock" });

        var failure = await Assert.ThrowsAsync<RuntimeException>(() => runtime.GetVersionAsync(TestContext.Current.CancellationToken));

        Assert.Equal(RuntimeErrorKind.Unavailable, failure.Kind);
    }
}
