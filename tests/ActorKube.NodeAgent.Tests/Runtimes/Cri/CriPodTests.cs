using ActorKube.NodeAgent.Network;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Cri;
using ActorKube.NodeAgent.Tests.Containers;
using ActorKube.Testing.Containers;

namespace ActorKube.NodeAgent.Tests.Runtimes.Cri;

/// <summary>Networks, mounts, resources, pulls and failures with a real containerd.</summary>
[Collection(ContainerdCollection.Name)]
[Trait("needs", "containerd")]
public sealed class CriPodTests(ContainerdFixture fixture) : IAsyncLifetime
{
    private CriNode? _node;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

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
    public async Task A_web_server_answers_on_its_pod_address_and_prints_the_request()
    {
        await using var pod = await StartHttpdAsync();

        Assert.Equal("hello from busybox httpd\n", await GetAsync($"http://{await pod.AddressAsync()}/"));

        // The server answers first and prints then.
        var log = (await pod.StatusAsync()).LogPath;
        for (var text = ""; !text.Contains("response:200", StringComparison.Ordinal); text = await File.ReadAllTextAsync(log, Cancel))
            await Node.Runtime.LogFiles.WaitForChangeAsync(log, text.Length, Cancel);
    }

    [Fact]
    public async Task A_host_port_leads_to_the_pod()
    {
        await using var pod = await StartHttpdAsync([new PortMapping(PortProtocol.Tcp, 80, 18080, "")]);

        Assert.Equal("hello from busybox httpd\n", await GetAsync($"http://{fixture.Node.Address}:18080/"));
    }

    [Fact]
    public async Task A_host_port_on_the_nodes_network_is_the_nodes()
    {
        await using var pod = await CriPod.StartAsync(
            Node, config => config with { Hostname = "", Security = new SandboxSecurity { Namespaces = new NamespaceOptions { Network = NamespaceMode.Node } } });

        Assert.Contains(fixture.Node.Address, await pod.ShellAsync("ip addr"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_name_resolver_environment_and_arguments_are_as_given()
    {
        await using var pod = await CriPod.StartAsync(
            Node,
            config => config with { Hostname = "web-0", Dns = new DnsConfig(["10.96.0.10"], ["default.svc.cluster.local"], ["ndots:5"]) },
            container => container with
            {
                Command = ["sh", "-c", "echo \"$0 $1 $GREETING\" > /tmp/said; sleep 3600"],
                Args = ["first", "second"],
                Environment = [new("GREETING", "hello"), new("GREETING", "good day")],
                WorkingDirectory = "/var",
            });

        Assert.Equal("web-0", await pod.ShellAsync("hostname"));
        Assert.Equal("search default.svc.cluster.local\nnameserver 10.96.0.10\noptions ndots:5", await pod.ShellAsync("cat /etc/resolv.conf"));
        Assert.Equal("first second good day", await pod.ShellAsync("while ! [ -s /tmp/said ]; do :; done; cat /tmp/said"));
        Assert.Equal("/var", await pod.ShellAsync("readlink /proc/1/cwd"));
    }

    [Fact]
    public async Task Mounts_show_the_nodes_files_and_keep_to_their_mode()
    {
        var directory = Directory.CreateDirectory(Path.Combine(fixture.Node.Directory, "volume"));
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "file"), "content", Cancel);

        await using var pod = await CriPod.StartAsync(Node, container: c => c with
        {
            Mounts = [new("/rw", directory.FullName), new("/ro", directory.FullName) { ReadOnly = true }, new("/etc/one", Path.Combine(directory.FullName, "file"))],
        });

        Assert.Equal("content", await pod.ShellAsync("cat /etc/one"));
        Assert.Contains("Read-only file system", await pod.ShellAsync("touch /ro/x"), StringComparison.Ordinal);
        Assert.Equal("", await pod.ShellAsync("echo written > /rw/new"));
        Assert.Equal("written\n", await File.ReadAllTextAsync(Path.Combine(directory.FullName, "new"), Cancel));
        Assert.Contains((await pod.StatusAsync()).Mounts, m => m is { ContainerPath: "/ro", ReadOnly: true });
    }

    [Fact]
    public async Task A_mount_of_what_does_not_exist_is_made_or_refused_but_never_ignored()
    {
        var failure = await Assert.ThrowsAsync<RuntimeException>(() => CriPod.StartAsync(Node, container: c => c with
        {
            Mounts = [new("/x", "/proc/self/no-such-file")],
        }));

        Assert.Equal(RuntimeErrorKind.Unknown, failure.Kind);
    }

    [Fact]
    public async Task A_device_of_the_node_can_be_used()
    {
        await using var pod = await CriPod.StartAsync(Node, container: c => c with { Devices = [new("/dev/nothing", "/dev/null", "rw")] });

        Assert.Equal("", await pod.ShellAsync("echo gone > /dev/nothing && cat /dev/nothing"));
        Assert.Equal("yes", await pod.ShellAsync("[ -c /dev/nothing ] && echo yes"));
    }

    [Fact]
    public async Task A_container_that_takes_too_much_memory_is_killed_for_it()
    {
        // The runtime may lose the kernel's notice when it hardly gets to run (ADR 0153); it does not lose one after the other.
        var status = await EndByMemoryAsync();
        for (var again = 0; again < 2 && status.Reason != "OOMKilled"; again++)
            status = await EndByMemoryAsync();
        Assert.Equal((137, "OOMKilled"), (status.ExitCode, status.Reason));
    }

    private async Task<ContainerStatus> EndByMemoryAsync()
    {
        await using var pod = await CriPod.StartAsync(Node, container: c => c with
        {
            Command = ["sh", "-c"],
            Args = ["exec tail -c 200000000 /dev/zero"],
            Resources = new ContainerResources { MemoryLimitBytes = 16 << 20 },
        });

        await foreach (var e in Node.Runtime.WatchAsync(Cancel))
        {
            if (e.ContainerId == pod.Container && e.Kind == RuntimeEventKind.ContainerExited)
                break;
        }

        // The runtime learns of the exit and of its reason by two events, in either order.
        var status = await pod.StatusAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (status.Reason != "OOMKilled" && !limit.IsCancellationRequested)
            status = await pod.StatusAsync();
        return status;
    }

    [Fact]
    public async Task A_private_image_is_pulled_with_credentials_only()
    {
        var image = $"{fixture.Registry.Address}/private/busybox:1.36";
        var auth = new ImageAuth { Username = OfflineRegistry.Username, Password = OfflineRegistry.Password };
        var wrong = auth with { Password = "guess" };

        Assert.Equal(RuntimeErrorKind.ImagePull, (await PullFailureAsync(image, null)).Kind);
        Assert.Equal(RuntimeErrorKind.ImagePull, (await PullFailureAsync(image, wrong)).Kind);
        await Node.Runtime.PullImageAsync(image, auth, sandbox: null, Cancel);
        Assert.NotNull(await Node.Runtime.FindImageAsync(image, Cancel));
    }

    [Fact]
    public async Task An_image_that_no_registry_has_is_named_in_the_failure()
    {
        var failure = await PullFailureAsync(Node.MissingImage, null);

        Assert.Contains("registry.example.com/missing:1", failure.Message, StringComparison.Ordinal);
        Assert.Contains("not found", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pods_outlive_the_runtime_and_watches_go_on_when_it_is_back()
    {
        await using var pod = await CriPod.StartAsync(Node);
        await using var events = Node.Runtime.WatchAsync(Cancel).Where(e => e.PodUid == pod.Config.Metadata.Uid).GetAsyncEnumerator(Cancel);
        Assert.True(await events.MoveNextAsync());
        Assert.True(await events.MoveNextAsync());
        var next = events.MoveNextAsync();

        await fixture.Node.KillContainerdAsync();
        var failure = await Assert.ThrowsAsync<RuntimeException>(() => pod.StatusAsync());
        Assert.False((await CriDetection.ProbeAsync(fixture.Node.Endpoint, needsNetwork: true, Cancel)).IsUsable);
        await fixture.Node.StartContainerdAsync();

        Assert.Equal(RuntimeErrorKind.Unavailable, failure.Kind);
        Assert.Equal(ContainerState.Running, (await pod.StatusAsync()).State);
        Assert.Equal("here", await pod.ShellAsync("echo here"));
        await Node.Runtime.StopContainerAsync(pod.Container, TimeSpan.FromSeconds(5), Cancel);
        Assert.True(await next);
        Assert.Equal(RuntimeEventKind.ContainerExited, events.Current.Kind);
    }

    [Fact]
    public async Task A_runtime_that_sends_events_is_not_waited_for()
    {
        var version = (await Node.Runtime.GetVersionAsync(Cancel)).Version;
        Assert.SkipWhen(version.TrimStart('v').StartsWith("1.6.", StringComparison.Ordinal), $"containerd {version} sends no events");
        await using var runtime = new CriRuntime(new CriRuntimeOptions { Endpoint = fixture.Node.Endpoint, RelistInterval = TimeSpan.FromHours(1) });
        var uid = Guid.NewGuid().ToString();
        await using var events = runtime.WatchAsync(Cancel).Where(e => e.PodUid == uid).GetAsyncEnumerator(Cancel);
        var next = events.MoveNextAsync();

        await using var pod = await CriPod.StartAsync(Node, config => config with { Metadata = config.Metadata with { Uid = uid } });

        Assert.True(await next);
        Assert.Equal(pod.Sandbox, events.Current.SandboxId);
    }

    [Fact]
    public async Task A_runtime_that_answers_and_has_a_network_is_detected()
    {
        var detection = await CriDetection.ProbeAsync(fixture.Node.Endpoint, needsNetwork: true, Cancel);

        Assert.True(detection.IsUsable, detection.Reason);
        Assert.Contains("containerd", detection.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Containerd_takes_the_network_as_soon_as_it_is_written()
    {
        await using var fabric = await ContainerFabric.CreateAsync();
        var containerd = await fabric.StartNodeAsync(3);
        var networks = Path.Combine(containerd.Directory, "cni");
        await using var own = new CriNode(containerd);
        foreach (var file in Directory.GetFiles(networks))
            File.Delete(file);
        await UntilNetworkIsAsync(ready: false);

        Assert.True(CniConfiguration.Ensure(networks, [containerd.PodCidr], masquerade: false).IsOurs);
        await UntilNetworkIsAsync(ready: true);
        await using var pod = await CriPod.StartAsync(own);

        Assert.StartsWith(containerd.PodCidr[..containerd.PodCidr.LastIndexOf('.')], await pod.AddressAsync(), StringComparison.Ordinal);

        async Task UntilNetworkIsAsync(bool ready)
        {
            while ((await own.Runtime.GetStatusAsync(Cancel)).Condition(RuntimeStatus.NetworkReady).Status != ready)
                Cancel.ThrowIfCancellationRequested();
        }
    }

    private async Task<CriPod> StartHttpdAsync(params PortMapping[] ports)
    {
        var pod = await CriPod.StartAsync(
            Node,
            config =>
            {
                Directory.CreateDirectory(Path.Combine(config.LogDirectory, "main"));
                return config with { PortMappings = [.. ports] };
            },
            container => container with { Image = OfflineImages.Httpd.Name, Command = [], Args = [], LogPath = "main/0.log" });
        await pod.ShellAsync("while ! netstat -ltn | grep -q ':80 '; do :; done");
        return pod;
    }

    private async Task<RuntimeException> PullFailureAsync(string image, ImageAuth? auth) =>
        await Assert.ThrowsAsync<RuntimeException>(() => Node.Runtime.PullImageAsync(image, auth, sandbox: null, Cancel));

    private static async Task<string> GetAsync(string url)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) };
        using var client = new HttpClient(handler);
        return await client.GetStringAsync(url, Cancel);
    }
}
