namespace ActorKube.ApiServer.Allocation;

/// <summary>
/// The beginning of a range, left to those who ask for an address or port by name: it is given away unasked only when the rest is full. Between its limits the band is a fixed share of the range;
/// a range that is hardly larger than the smallest band has none.
/// </summary>
internal static class StaticBand
{
    private const int Least = 16;

    /// <summary>How much of a range it is.</summary>
    /// <param name="size">Size of the range, in IPv4 with the addresses that are never given.</param>
    /// <param name="share">One in so many.</param>
    /// <param name="most">No band is larger.</param>
    public static int Of(long size, int share, int most) => size <= Least ? 0 : (int)Math.Clamp(size / share, Least, most);
}
