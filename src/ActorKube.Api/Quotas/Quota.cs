using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Quotas;

/// <summary>A ResourceQuota as it is enforced: what may be used and what is, as its status says.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Wanted"><c>spec.hard</c>: what may be used once the controller has counted.</param>
/// <param name="Hard"><c>status.hard</c>: what may be used now; null before the controller has counted for the first time.</param>
/// <param name="Used"><c>status.used</c>; null before the controller has counted for the first time.</param>
/// <param name="Scopes">Which objects count: those that satisfy all of them.</param>
public sealed record Quota(string Name, Amounts Wanted, Amounts? Hard, Amounts? Used, IReadOnlyList<QuotaScope> Scopes)
{
    private static readonly Amounts Nothing = new();

    /// <summary>Reads it.</summary>
    public static Quota Read(JsonObject quota)
    {
        var spec = quota.Object("spec");
        var status = quota.Object("status");
        return new Quota(quota.Object("metadata").Text("name") ?? "", Amounts.Read(spec.Object("hard")),
            status.Object("hard") is { } hard ? Amounts.Read(hard) : null, status.Object("used") is { } used ? Amounts.Read(used) : null, QuotaScope.Of(spec));
    }

    /// <summary>What may be used now.</summary>
    public Amounts Limits => Hard ?? Nothing;

    /// <summary>What is used, as far as it has been counted.</summary>
    public Amounts Usage => Used ?? Nothing;

    /// <summary>The resources of this quota that an object is charged for; none when the quota is not about it.</summary>
    public Amounts Tracked(QuotaEvaluator evaluator, QuotaItem item)
    {
        var tracked = Limits.Where((name, _) => evaluator.Tracks(name));
        return tracked.Count > 0 && Scopes.All(s => evaluator.IsInScope(s, item)) ? tracked : Nothing;
    }
}
