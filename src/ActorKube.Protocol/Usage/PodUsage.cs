using System.Collections.Immutable;
using ActorKube.Api.Names;
using ActorKube.Protocol.Wire;

namespace ActorKube.Protocol.Usage;

/// <summary>Amounts in use.</summary>
/// <param name="NanoCores">CPU, in billionths of a core.</param>
/// <param name="MemoryBytes">The working set: memory that cannot be reclaimed easily.</param>
public readonly record struct UsedAmounts(long NanoCores, long MemoryBytes)
{
    /// <summary>Both together; no more than there are numbers.</summary>
    public static UsedAmounts operator +(UsedAmounts left, UsedAmounts right) => new(Sum(left.NanoCores, right.NanoCores), Sum(left.MemoryBytes, right.MemoryBytes));

    private static long Sum(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;

    internal void Write(WireWriter writer)
    {
        writer.Signed(NanoCores);
        writer.Signed(MemoryBytes);
    }

    internal static UsedAmounts Read(ref WireReader reader) => new(Amount(ref reader), Amount(ref reader));

    private static long Amount(ref WireReader reader) => reader.Signed() is >= 0 and var amount ? amount : throw new FormatException("Less than nothing cannot be used.");
}

/// <summary>What a container used.</summary>
/// <param name="Name">Its name in the pod.</param>
/// <param name="Usage">How much.</param>
public readonly record struct ContainerUsage(string Name, UsedAmounts Usage);

/// <summary>What the containers of a pod used.</summary>
/// <param name="Key">The pod.</param>
/// <param name="Uid">Its uid: another pod may get the name.</param>
/// <param name="At">End of the span that the figures are the average of.</param>
/// <param name="Window">Length of that span.</param>
/// <param name="Containers">The containers that run.</param>
public sealed record PodUsage(ObjectKey Key, string Uid, DateTimeOffset At, TimeSpan Window, ImmutableArray<ContainerUsage> Containers)
{
    internal void Write(WireWriter writer)
    {
        writer.Text(Key.Namespace);
        writer.Text(Key.Name);
        writer.Text(Uid);
        writer.Signed(At.UtcTicks);
        writer.Signed(Window.Ticks);
        writer.Unsigned((ulong)Containers.Length);
        foreach (var container in Containers)
        {
            writer.Text(container.Name);
            container.Usage.Write(writer);
        }
    }

    internal static PodUsage Read(ref WireReader reader, int bytes)
    {
        var key = new ObjectKey(reader.Text(), reader.Text());
        var (uid, at, window) = (reader.Text(), UsageReport.Time(ref reader), UsageReport.Span(ref reader));
        var containers = ImmutableArray.CreateBuilder<ContainerUsage>(UsageReport.Count(ref reader, bytes));
        for (var i = containers.Capacity; i > 0; i--)
            containers.Add(new ContainerUsage(reader.Text(), UsedAmounts.Read(ref reader)));
        return new PodUsage(key, uid, at, window, containers.MoveToImmutable());
    }
}
