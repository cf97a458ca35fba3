using ActorKube.NodeAgent.Tests.Containers;
using ActorKube.NodeAgent.Tests.Runtimes.Conformance;
using ActorKube.Testing.Containers;

namespace ActorKube.NodeAgent.Tests.Runtimes.Cri;

[Trait("needs", "containerd")]
public sealed class CriRuntimeConformanceTests(ContainerdFixture fixture) : ContainerRuntimeConformance, IClassFixture<ContainerdFixture>
{
    private CriNode? _node;

    private protected override RuntimeUnderTest Subject => _node ??= new CriNode(fixture);

    public override ValueTask InitializeAsync()
    {
        Assert.SkipUnless(ContainerHost.SkipReason is null, ContainerHost.SkipReason ?? "");
        return ValueTask.CompletedTask;
    }
}
