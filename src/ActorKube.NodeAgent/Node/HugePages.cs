using System.Collections.Immutable;
using System.Globalization;
using ActorKube.Api.Quantities;

namespace ActorKube.NodeAgent.Node;

/// <summary>Memory that the kernel keeps in large pages of one size.</summary>
/// <param name="PageBytes">Size of a page.</param>
/// <param name="Pages">How many there are.</param>
internal readonly record struct HugePages(long PageBytes, long Pages)
{
    private const string Prefix = "hugepages-";
    private const string Suffix = "kB";

    /// <summary>The resource: <c>hugepages-2Mi</c>.</summary>
    public string Resource => Prefix + Binary(PageBytes);

    /// <summary>All of them, as a quantity.</summary>
    public string Amount => Binary(PageBytes * Pages);

    /// <summary>The sizes that a machine has pages of, be it none.</summary>
    /// <param name="directory"><c>/sys/kernel/mm/hugepages</c>.</param>
    public static ImmutableArray<HugePages> Read(string directory) => !Directory.Exists(directory) ? [] :
    [
        .. Directory.GetDirectories(directory, Prefix + "*").Order(StringComparer.Ordinal)
            .Select(static d => (Path: d, Size: Path.GetFileName(d)[Prefix.Length..]))
            .Where(static d => d.Size.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(static d => new HugePages(Number(d.Size[..^Suffix.Length]) * 1024, Number(KernelText.FirstLine(Path.Combine(d.Path, "nr_hugepages")))))
            .Where(static p => p.PageBytes > 0),
    ];

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Binary(long bytes) => Quantity.FromUnits(bytes, QuantityFormat.BinarySI).ToString();
}
