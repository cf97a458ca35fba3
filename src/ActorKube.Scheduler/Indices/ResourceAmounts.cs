using System.Text.Json;
using ActorKube.Api.Quantities;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Indices;

/// <summary>Amounts of resources: what a pod asks for, what a node has, or what is taken of it. CPU in thousandths, everything else in units (bytes, pieces).</summary>
internal sealed class ResourceAmounts
{
    /// <summary>Nothing. Shared: never change it.</summary>
    public static readonly ResourceAmounts None = new();

    private Dictionary<string, long>? _scalars;

    /// <summary>CPU in thousandths.</summary>
    public long MilliCpu { get; private set; }

    /// <summary>Memory in bytes.</summary>
    public long Memory { get; private set; }

    /// <summary>Ephemeral storage in bytes.</summary>
    public long EphemeralStorage { get; private set; }

    /// <summary>Whether an amount of CPU was set, be it 0.</summary>
    public bool SaysCpu { get; private set; }

    /// <summary>Whether an amount of memory was set, be it 0.</summary>
    public bool SaysMemory { get; private set; }

    /// <summary>Number of pods; only nodes have one.</summary>
    public long Pods { get; private set; }

    /// <summary>Extended resources, huge pages and attachable volumes, by name.</summary>
    public IReadOnlyDictionary<string, long> Scalars => _scalars ?? (IReadOnlyDictionary<string, long>)System.Collections.Immutable.ImmutableDictionary<string, long>.Empty;

    /// <summary>True when there are amounts in <see cref="Scalars"/>.</summary>
    public bool HasScalars => _scalars is { Count: > 0 };

    /// <summary>True when nothing is asked for.</summary>
    public bool IsNone => MilliCpu == 0 && Memory == 0 && EphemeralStorage == 0 && !HasScalars;

    /// <summary>The amount of one resource by its name in the API.</summary>
    public long this[string name] => name switch
    {
        "cpu" => MilliCpu,
        "memory" => Memory,
        "ephemeral-storage" => EphemeralStorage,
        "pods" => Pods,
        _ => _scalars is null ? 0 : _scalars.GetValueOrDefault(name),
    };

    /// <summary>Adds (or, with -1, takes away) other amounts.</summary>
    public void Add(ResourceAmounts other, int sign = 1)
    {
        MilliCpu += sign * other.MilliCpu;
        Memory += sign * other.Memory;
        EphemeralStorage += sign * other.EphemeralStorage;
        if (other._scalars is null)
            return;
        foreach (var (name, amount) in other._scalars)
            Set(name, this[name] + sign * amount);
    }

    /// <summary>Raises every amount to at least the other's.</summary>
    public void RaiseTo(ResourceAmounts other)
    {
        MilliCpu = Math.Max(MilliCpu, other.MilliCpu);
        Memory = Math.Max(Memory, other.Memory);
        EphemeralStorage = Math.Max(EphemeralStorage, other.EphemeralStorage);
        if (other._scalars is null)
            return;
        foreach (var (name, amount) in other._scalars)
            Set(name, Math.Max(this[name], amount));
    }

    /// <summary>Sets one amount. Names that upstream's scheduler does not count (such as <c>storage</c>) are ignored.</summary>
    public void Set(string name, long amount)
    {
        switch (name)
        {
            case "cpu":
                (MilliCpu, SaysCpu) = (amount, true);
                break;
            case "memory":
                (Memory, SaysMemory) = (amount, true);
                break;
            case "ephemeral-storage":
                EphemeralStorage = amount;
                break;
            case "pods":
                Pods = amount;
                break;
            default:
                if (IsScalar(name))
                    (_scalars ??= [])[name] = amount;
                break;
        }
    }

    /// <summary>A copy that may be changed.</summary>
    public ResourceAmounts Copy()
    {
        var copy = new ResourceAmounts();
        copy.Add(this);
        copy.Pods = Pods;
        return copy;
    }

    /// <summary>Whether both have the same amounts of everything.</summary>
    public bool SameAs(ResourceAmounts other) =>
        MilliCpu == other.MilliCpu && Memory == other.Memory && EphemeralStorage == other.EphemeralStorage && Pods == other.Pods
        && Scalars.Count == other.Scalars.Count && Scalars.All(s => other.Scalars.TryGetValue(s.Key, out var amount) && amount == s.Value);

    /// <summary>Reads a map of quantities, the property's value.</summary>
    public static ResourceAmounts Read(ref Utf8JsonReader reader)
    {
        if (!reader.EnterObject())
            return None;
        ResourceAmounts? amounts = null;
        while (reader.NextField())
        {
            var name = NameOf(ref reader);
            reader.Read();
            if (QuantityOf(ref reader) is { } quantity)
                (amounts ??= new ResourceAmounts()).Set(name, name == "cpu" ? quantity.MilliValue : quantity.Value);
        }
        return amounts ?? None;
    }

    private static string NameOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("cpu"u8) ? "cpu"
        : reader.ValueTextEquals("memory"u8) ? "memory"
        : reader.ValueTextEquals("ephemeral-storage"u8) ? "ephemeral-storage"
        : reader.ValueTextEquals("pods"u8) ? "pods"
        : reader.GetString()!;

    private static Quantity? QuantityOf(ref Utf8JsonReader reader)
    {
        const int longest = 64;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number) || reader.ValueSpan.Length > longest)
        {
            reader.Skip();
            return null;
        }
        Span<char> text = stackalloc char[longest];
        var length = System.Text.Encoding.UTF8.GetChars(reader.ValueSpan, text);
        return Quantity.TryParse(text[..length], out var quantity) ? quantity : null;
    }

    // Upstream: IsScalarResourceName.
    private static bool IsScalar(string name) =>
        name.Contains('/', StringComparison.Ordinal)
        || name.StartsWith("hugepages-", StringComparison.Ordinal)
        || name.StartsWith("attachable-volumes-", StringComparison.Ordinal);
}
