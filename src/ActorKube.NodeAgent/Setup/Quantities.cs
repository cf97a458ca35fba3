using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Amounts in pod specs.</summary>
internal static class Quantities
{
    /// <summary>The amount.</summary>
    public static decimal Value(ResourceQuantity quantity) => quantity.ToDecimal();

    /// <summary>An amount from a request or limit; 0 when it is not set.</summary>
    public static decimal Of(IDictionary<string, ResourceQuantity>? set, string name) =>
        set is not null && set.TryGetValue(name, out var quantity) ? Value(quantity) : 0;

    /// <summary>Thousandths of a CPU, rounded up as upstream does.</summary>
    public static long MilliCpu(IDictionary<string, ResourceQuantity>? set) => (long)Math.Ceiling(Of(set, "cpu") * 1000);

    /// <summary>Bytes of memory.</summary>
    public static long Memory(IDictionary<string, ResourceQuantity>? set) => (long)Of(set, "memory");
}
