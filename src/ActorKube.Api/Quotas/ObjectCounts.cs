using System.Text.Json.Nodes;
using ActorKube.Api.Names;

namespace ActorKube.Api.Quotas;

/// <summary>Counts stored objects, whatever they are (upstream: <c>objectCountEvaluator</c>).</summary>
/// <param name="resource">Whose objects.</param>
/// <param name="alias">A second name under which they are counted, from the time before there was one for every resource; null for none.</param>
public sealed class ObjectCounts(GroupResource resource, string? alias = null) : QuotaEvaluator(resource)
{
    private QuotaItem? _item;

    /// <summary>What each object counts for.</summary>
    public QuotaItem Each => _item ??= new QuotaItem { Stored = OfOne() };

    /// <inheritdoc/>
    public override bool Tracks(string name) => name == CountName || name == alias;

    /// <inheritdoc/>
    public override QuotaItem Measure(JsonObject item) => Each;

    private Amounts OfOne()
    {
        var amounts = new Amounts();
        amounts.Add(CountName, One);
        if (alias is not null)
            amounts.Add(alias, One);
        return amounts;
    }
}
