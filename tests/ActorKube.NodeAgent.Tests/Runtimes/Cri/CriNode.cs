using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Cri;
using ActorKube.NodeAgent.Tests.Runtimes.Conformance;
using ActorKube.Testing.Containers;

namespace ActorKube.NodeAgent.Tests.Runtimes.Cri;

/// <summary>The CRI runtime against a real containerd.</summary>
internal sealed class CriNode(ContainerdNode node) : RuntimeUnderTest
{
    private readonly CriRuntime _runtime = new(new CriRuntimeOptions
    {
        Endpoint = node.Endpoint,
        RelistInterval = TimeSpan.FromMilliseconds(50),
        LogPollInterval = TimeSpan.FromMilliseconds(20),
    });

    public override IContainerRuntime Runtime => _runtime;

    public override string PodCidr => node.PodCidr;

    public override string Image => OfflineImages.Busybox.Name;

    public override string PullableImage => "registry.example.com/library/busybox-httpd:1";

    public override string MissingImage => "registry.example.com/missing:1";

    public override IReadOnlyList<string> Command => ["sh", "-c", "echo out; echo err >&2; exit 3"];

    public override IReadOnlyList<string> SlowCommand => ["sleep", "60"];

    public override SandboxConfig Sandbox(string name, string uid, uint attempt) => new()
    {
        Metadata = new SandboxMetadata(name, "default", uid, attempt),
        Hostname = name,
        LogDirectory = $"{node.Directory}/logs/{uid}",
        CgroupParent = node.CgroupParent,
    };

    public override ContainerConfig Running(string name) => Shell(name, "trap 'exit 0' TERM; sleep 3600 & wait");

    public override ContainerConfig Exiting(string name, int exitCode) => Shell(name, $"exit {exitCode}");

    public override ContainerConfig Stubborn(string name) => Shell(name, "trap '' TERM; sleep 3600");

    public override ContainerConfig Printing(string name) => Shell(name, "echo one; echo two; trap 'exit 0' TERM; sleep 3600 & wait");

    public override ContainerConfig Unstartable(string name) => Shell(name, "") with { Command = ["/no/such/program"], Args = [] };

    public override ContainerConfig Executing(string name) => Running(name);

    public override ContainerConfig Slow(string name) => Running(name);

    /// <summary>A container that runs a line of shell.</summary>
    public static ContainerConfig Shell(string name, string line) => new()
    {
        Metadata = new ContainerMetadata(name, 0),
        Image = OfflineImages.Busybox.Name,
        Command = ["sh", "-c"],
        Args = [line],
    };
}
