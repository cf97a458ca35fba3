using System.Buffers;
using System.Collections.Immutable;
using ActorKube.Protocol.Wire;

namespace ActorKube.Protocol.Usage;

/// <summary>What a node and its containers used lately: what its agent tells the control plane at each sampling.</summary>
/// <param name="At">End of the span that the figures are the average of.</param>
/// <param name="Window">Length of that span.</param>
/// <param name="Usage">The whole node.</param>
/// <param name="Pods">Its pods.</param>
public sealed record UsageReport(DateTimeOffset At, TimeSpan Window, UsedAmounts Usage, ImmutableArray<PodUsage> Pods)
{
    // Guards against a length that the bytes cannot back.
    private const int LeastBytes = 8;

    /// <summary>The report as bytes. A change of fields is a new manifest of <c>EndpointSerializer</c>.</summary>
    public ReadOnlyMemory<byte> Encode()
    {
        var output = new ArrayBufferWriter<byte>(64 + Pods.Length * 128);
        var writer = new WireWriter(output);
        writer.Signed(At.UtcTicks);
        writer.Signed(Window.Ticks);
        Usage.Write(writer);
        writer.Unsigned((ulong)Pods.Length);
        foreach (var pod in Pods)
            pod.Write(writer);
        return output.WrittenMemory;
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="FormatException">The bytes are not a report.</exception>
    public static UsageReport Decode(ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var (at, window, usage) = (Time(ref reader), Span(ref reader), UsedAmounts.Read(ref reader));
        var count = Count(ref reader, bytes.Length);
        var pods = ImmutableArray.CreateBuilder<PodUsage>(count);
        for (var i = 0; i < count; i++)
            pods.Add(PodUsage.Read(ref reader, bytes.Length));
        reader.End();
        return new UsageReport(at, window, usage, pods.MoveToImmutable());
    }

    internal static int Count(ref WireReader reader, int bytes) =>
        reader.Count() is var count && count <= bytes / LeastBytes + 1 ? count : throw new FormatException("There are more items than bytes.");

    // Others calculate with it: what is longer is no report of what was used lately.
    internal static TimeSpan Span(ref WireReader reader) =>
        reader.Signed() is >= 0 and <= TimeSpan.TicksPerDay and var ticks ? TimeSpan.FromTicks(ticks) : throw new FormatException("That is no time in which something is used.");

    internal static DateTimeOffset Time(ref WireReader reader) =>
        reader.Signed() is >= 0 and var ticks && ticks <= DateTimeOffset.MaxValue.UtcTicks ? new DateTimeOffset(ticks, TimeSpan.Zero) : throw new FormatException("That is no time.");
}
