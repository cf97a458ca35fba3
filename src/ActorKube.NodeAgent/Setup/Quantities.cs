using k8s.Models;

namespace ActorKube.NodeAgent.Setup;

/// <summary>Amounts in pod specs. The API takes any that can be written: those beyond what machines have are cut to what can be reckoned with.</summary>
internal static class Quantities
{
    /// <summary>Most units of anything: with what is added to it, or taken in thousandths, it can still be reckoned with.</summary>
    public const long Most = 1L << 61;

    /// <summary>The amount.</summary>
    public static decimal Value(ResourceQuantity quantity)
    {
        try
        {
            return Math.Clamp(quantity.ToDecimal(), -Most, Most);
        }
        catch (OverflowException)
        {
            return Most;
        }
    }

    /// <summary>An amount from a request or limit; 0 when it is not set.</summary>
    public static decimal Of(IDictionary<string, ResourceQuantity>? set, string name) =>
        set is not null && set.TryGetValue(name, out var quantity) ? Value(quantity) : 0;

    /// <summary>Thousandths of a CPU, rounded up as upstream does.</summary>
    public static long MilliCpu(IDictionary<string, ResourceQuantity>? set) => Whole(Of(set, "cpu") * 1000);

    /// <summary>Bytes of memory.</summary>
    public static long Memory(IDictionary<string, ResourceQuantity>? set) => (long)Of(set, "memory");

    /// <summary>An amount in whole units, rounded up.</summary>
    public static long Whole(decimal amount) => (long)Math.Min(Math.Ceiling(amount), Most);
}
