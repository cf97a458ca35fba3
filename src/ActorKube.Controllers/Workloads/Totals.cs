namespace ActorKube.Controllers.Workloads;

/// <summary>Sums of what stands in objects. They end at the largest number there is: objects may say two billion, twice.</summary>
internal static class Totals
{
    /// <summary>A number as one of 32 bits.</summary>
    public static int Fit(long number) => (int)Math.Clamp(number, int.MinValue, int.MaxValue);

    /// <summary>A number as one of 64 bits.</summary>
    public static long Fit(Int128 number) => (long)Int128.Clamp(number, long.MinValue, long.MaxValue);

    /// <summary>The sum of a number of each item.</summary>
    public static int Total<T>(this IEnumerable<T> items, Func<T, int> number) => Fit(items.Sum(i => (long)number(i)));

    /// <summary>The sum of numbers of 64 bits.</summary>
    public static long Total(this IEnumerable<long> numbers) => Fit(numbers.Aggregate(Int128.Zero, static (sum, n) => sum + n));
}
