using ActorKube.Api.Quantities;
using ActorKube.Api.Quotas;

namespace ActorKube.Controllers.ResourceQuotas;

/// <summary>What one state of an object counts for, kept so that adding it up again and again costs little: a namespace may have thousands, and each that goes has all others counted.</summary>
/// <param name="item">What it counts for.</param>
internal abstract class MeasuredObject(QuotaItem item)
{
    // Quotas of a namespace mostly ask for the same names.
    private Known? _known;

    public QuotaItem Item { get; } = item;

    /// <summary>Adds the amounts of some resources.</summary>
    /// <param name="sums">One for each name.</param>
    /// <param name="names">The resources.</param>
    /// <param name="now">The time: what is over counts less.</param>
    public void AddTo(Quantity[] sums, string[] names, DateTimeOffset now)
    {
        var known = _known;
        if (known is null || known.IsOver != Item.IsOver(now) || !known.Names.AsSpan().SequenceEqual(names))
            _known = known = new Known(names, Item.IsOver(now), Array.ConvertAll(names, n => Item.Amount(n, now)));
        for (var i = 0; i < sums.Length; i++)
            sums[i] += known.Amounts[i];
    }

    private sealed record Known(string[] Names, bool IsOver, Quantity[] Amounts);
}
