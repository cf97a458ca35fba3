using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Quotas;

/// <summary>One condition on the objects that a quota counts (upstream: <c>ScopedResourceSelectorRequirement</c>).</summary>
/// <param name="Name">What is looked at, for example <see cref="Terminating"/>.</param>
/// <param name="Operator"><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</param>
/// <param name="Values">What it is compared with.</param>
public sealed record QuotaScope(string Name, string Operator, IReadOnlyList<string> Values)
{
    /// <summary>Pods that end at a deadline.</summary>
    public const string Terminating = "Terminating";
    /// <summary>Pods that do not.</summary>
    public const string NotTerminating = "NotTerminating";
    /// <summary>Pods that request nothing and are limited to nothing.</summary>
    public const string BestEffort = "BestEffort";
    /// <summary>All others.</summary>
    public const string NotBestEffort = "NotBestEffort";
    /// <summary>Pods by their priority class.</summary>
    public const string PriorityClass = "PriorityClass";
    /// <summary>Pods whose placement depends on pods of other namespaces.</summary>
    public const string CrossNamespacePodAffinity = "CrossNamespacePodAffinity";
    /// <summary>Claims by their volume attributes class.</summary>
    public const string VolumeAttributesClass = "VolumeAttributesClass";

    /// <summary>All scopes.</summary>
    public static IReadOnlyList<string> Names { get; } = [Terminating, NotTerminating, BestEffort, NotBestEffort, PriorityClass, CrossNamespacePodAffinity, VolumeAttributesClass];

    /// <summary>Operator of scopes that are only named.</summary>
    public const string Exists = "Exists";

    /// <summary>All operators.</summary>
    public static IReadOnlyList<string> Operators { get; } = ["In", "NotIn", Exists, "DoesNotExist"];

    /// <summary>All conditions of a quota's spec.</summary>
    public static IReadOnlyList<QuotaScope> Of(JsonObject? spec)
    {
        var named = (spec.Array("scopes") ?? []).Select(static s => new QuotaScope(s.Text() ?? "", Exists, []));
        var selected = spec.Object("scopeSelector").Objects("matchExpressions")
            .Select(static e => new QuotaScope(e.Text("scopeName") ?? "", e.Text("operator") ?? "", [.. (e.Array("values") ?? []).Select(static v => v.Text() ?? "")]));
        return [.. named, .. selected];
    }

    /// <summary>Whether a value satisfies the operator.</summary>
    /// <param name="value">The value; null or empty for none.</param>
    public bool Admits(string? value) => Operator switch
    {
        Exists => !string.IsNullOrEmpty(value),
        "DoesNotExist" => string.IsNullOrEmpty(value),
        "In" => !string.IsNullOrEmpty(value) && Values.Contains(value),
        "NotIn" => string.IsNullOrEmpty(value) || !Values.Contains(value),
        _ => false,
    };
}
