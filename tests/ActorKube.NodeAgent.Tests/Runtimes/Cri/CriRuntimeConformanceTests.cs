using ActorKube.NodeAgent.Tests.Containers;
using ActorKube.NodeAgent.Tests.Runtimes.Conformance;

namespace ActorKube.NodeAgent.Tests.Runtimes.Cri;

[Collection(ContainerdCollection.Name)]
[Trait("needs", "containerd")]
public sealed class CriRuntimeConformanceTests(ContainerdFixture fixture) : ContainerRuntimeConformance
{
    public override ValueTask InitializeAsync()
    {
        ContainerdCollection.SkipWithoutContainerd();
        return ValueTask.CompletedTask;
    }

    private protected override RuntimeUnderTest Create() => new CriNode(fixture.Node);
}
