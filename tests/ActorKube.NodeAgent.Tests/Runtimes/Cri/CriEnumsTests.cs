using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Cri;

namespace ActorKube.NodeAgent.Tests.Runtimes.Cri;

public sealed class CriEnumsTests
{
    [Fact]
    public void Every_value_has_one_of_its_own_on_the_wire()
    {
        AllDiffer<NamespaceMode, ActorKube.Cri.V1.NamespaceMode>(CriEnums.ToWire);
        AllDiffer<SecurityProfileKind, ActorKube.Cri.V1.SecurityProfile.Types.ProfileType>(CriEnums.ToWire);
        AllDiffer<SupplementalGroupsPolicy, ActorKube.Cri.V1.SupplementalGroupsPolicy>(CriEnums.ToWire);
        AllDiffer<PortProtocol, ActorKube.Cri.V1.Protocol>(CriEnums.ToWire);
        AllDiffer<MountPropagation, ActorKube.Cri.V1.MountPropagation>(CriEnums.ToWire);
        AllDiffer<SandboxState, ActorKube.Cri.V1.PodSandboxState>(CriEnums.ToWire);
        AllDiffer<ContainerState, ActorKube.Cri.V1.ContainerState>(CriEnums.ToWire);
    }

    [Fact]
    public void What_is_read_back_is_what_was_written()
    {
        Assert.All(Enum.GetValues<NamespaceMode>(), v => Assert.Equal(v, v.ToWire().FromWire()));
        Assert.All(Enum.GetValues<MountPropagation>(), v => Assert.Equal(v, v.ToWire().FromWire()));
        Assert.All(Enum.GetValues<SandboxState>(), v => Assert.Equal(v, v.ToWire().FromWire()));
        Assert.All(Enum.GetValues<ContainerState>(), v => Assert.Equal(v, v.ToWire().FromWire()));
    }

    [Fact]
    public void A_value_of_a_newer_interface_is_an_error() =>
        Assert.Throws<RuntimeException>(() => ((ActorKube.Cri.V1.ContainerState)99).FromWire());

    private static void AllDiffer<TSeam, TWire>(Func<TSeam, TWire> toWire)
        where TSeam : struct, Enum
        where TWire : struct, Enum
    {
        var wire = Enum.GetValues<TSeam>().Select(toWire).ToList();
        Assert.Equal(Enum.GetValues<TWire>().Order(), wire.Order());
    }
}
