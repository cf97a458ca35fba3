using ActorKube.Testing.Containers;

namespace ActorKube.NodeAgent.Tests.Containers;

/// <summary>The classes that share one containerd; they run one after the other. Their tests call <see cref="SkipWithoutContainerd"/> first.</summary>
[CollectionDefinition(Name)]
public sealed class ContainerdCollection : ICollectionFixture<ContainerdFixture>
{
    public const string Name = "containerd";

    public static void SkipWithoutContainerd() => Assert.SkipUnless(ContainerHost.SkipReason is null, ContainerHost.SkipReason ?? "");
}
