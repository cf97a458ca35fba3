using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Quantities;

namespace ActorKube.Api.Quotas;

/// <summary>Knows what the objects of one resource count for (upstream: <c>quota.Evaluator</c>). Pure.</summary>
public abstract class QuotaEvaluator(GroupResource resource)
{
    /// <summary>One piece.</summary>
    protected static readonly Quantity One = Quantity.FromUnits(1);

    /// <summary>Whose objects.</summary>
    public GroupResource Resource { get; } = resource;

    /// <summary>The name under which quotas count all stored objects of the resource.</summary>
    public string CountName { get; } = $"count/{resource}";

    /// <summary>Whether the objects may count for a resource of that name in a quota.</summary>
    public abstract bool Tracks(string name);

    /// <summary>Whether such a write may change what an object counts for.</summary>
    /// <param name="creates">Whether the object is created.</param>
    /// <param name="subresource">What is written; empty for the object itself.</param>
    public virtual bool Charges(bool creates, string subresource) => creates && subresource.Length == 0;

    /// <summary>Whether such a change of this object may.</summary>
    /// <param name="item">The object as it is to be.</param>
    /// <param name="old">The object as it is.</param>
    /// <param name="subresource">What is written; empty for the object itself.</param>
    public virtual bool Charges(JsonObject item, JsonObject old, string subresource) => true;

    /// <summary>Reads what quotas have to know of an object.</summary>
    public abstract QuotaItem Measure(JsonObject item);

    /// <summary>Whether an object satisfies a quota's condition.</summary>
    public virtual bool IsInScope(QuotaScope scope, QuotaItem item) => false;

    /// <summary>What an object has to say for itself before it can be counted, in upstream's words; null when it says all.</summary>
    /// <param name="tracked">The resources of a quota that concern it.</param>
    /// <param name="item">The object.</param>
    public virtual string? Missing(Amounts tracked, JsonObject item) => null;
}
