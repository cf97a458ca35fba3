using System.Collections.Immutable;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Simulated;
using ActorKube.NodeAgent.Tests.Runtimes.Conformance;

namespace ActorKube.NodeAgent.Tests.Runtimes.Simulated;

public sealed class SimulatedRuntimeConformanceTests : ContainerRuntimeConformance
{
    private protected override RuntimeUnderTest Create() => new Simulation();

    private sealed class Simulation : RuntimeUnderTest
    {
        private const string Present = "docker.io/library/app:1";

        private readonly SimulatedRuntime _runtime = new(new SimulatedRuntimeOptions
        {
            Time = TimeProvider.System,
            IdSeed = 7,
            PodCidrs = ["10.244.3.0/24"],
            Images = [Present, .. Scripts().Keys.Where(image => image != "docker.io/library/missing")],
            ImageScripts = Scripts(),
        });

        public override IContainerRuntime Runtime => _runtime;

        public override string PodCidr => "10.244.3.0/24";

        public override string Image => Present;

        public override string PullableImage => "docker.io/library/pullable:1";

        public override string MissingImage => "docker.io/library/missing:1";

        public override IReadOnlyList<string> Command => ["anything"];

        public override IReadOnlyList<string> SlowCommand => ["anything"];

        public override SandboxConfig Sandbox(string name, string uid, uint attempt) => new()
        {
            Metadata = new SandboxMetadata(name, "default", uid, attempt),
            Hostname = name,
            LogDirectory = $"/var/log/pods/default_{name}_{uid}",
        };

        public override ContainerConfig Running(string name) => Container(name, Present);

        public override ContainerConfig Exiting(string name, int exitCode) => Container(name, $"docker.io/library/exits:{exitCode}");

        public override ContainerConfig Stubborn(string name) => Container(name, "docker.io/library/stubborn:1");

        public override ContainerConfig Printing(string name) => Container(name, "docker.io/library/prints:1");

        public override ContainerConfig Unstartable(string name) => Container(name, "docker.io/library/unstartable:1");

        public override ContainerConfig Executing(string name) => Container(name, "docker.io/library/executes:1");

        public override ContainerConfig Slow(string name) => Container(name, "docker.io/library/slow:1");

        private static ContainerConfig Container(string name, string image) => new() { Metadata = new ContainerMetadata(name, 0), Image = image };

        private static ImmutableDictionary<string, SimulationScript> Scripts() => new Dictionary<string, SimulationScript>
        {
            ["docker.io/library/exits:0"] = new() { RunFor = TimeSpan.FromMilliseconds(1) },
            ["docker.io/library/exits:7"] = new() { RunFor = TimeSpan.FromMilliseconds(1), ExitCode = 7 },
            ["docker.io/library/stubborn:1"] = new() { StopDelay = TimeSpan.FromHours(1) },
            ["docker.io/library/prints:1"] = new() { Log = ["one", "two"] },
            ["docker.io/library/unstartable:1"] = new() { StartError = "no such program" },
            ["docker.io/library/executes:1"] = new() { ExecExitCode = 3, ExecOutput = "out\n", ExecError = "err\n" },
            ["docker.io/library/slow:1"] = new() { ExecDelay = TimeSpan.FromHours(1) },
            ["docker.io/library/missing"] = new() { PullError = "no registry has it" },
        }.ToImmutableDictionary();
    }
}
