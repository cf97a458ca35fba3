using System.Collections.Immutable;
using System.Text;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>One rule of a role: these verbs on these resources, or on these paths.</summary>
internal sealed record PolicyRule
{
    public ImmutableArray<string> Verbs { get; init; } = [];
    public ImmutableArray<string> ApiGroups { get; init; } = [];
    public ImmutableArray<string> Resources { get; init; } = [];
    public ImmutableArray<string> ResourceNames { get; init; } = [];
    public ImmutableArray<string> NonResourceUrls { get; init; } = [];

    /// <summary>Whether the rule allows a request.</summary>
    public bool Allows(in AccessAttributes request) => request.Path is null ? AllowsResource(request) : AllowsPath(request.Verb, request.Path);

    public bool Equals(PolicyRule? other) =>
        other is not null && Verbs.SequenceEqual(other.Verbs) && ApiGroups.SequenceEqual(other.ApiGroups) && Resources.SequenceEqual(other.Resources)
        && ResourceNames.SequenceEqual(other.ResourceNames) && NonResourceUrls.SequenceEqual(other.NonResourceUrls);

    public override int GetHashCode() => HashCode.Combine(First(Verbs), First(ApiGroups), First(Resources), First(ResourceNames), First(NonResourceUrls), Verbs.Length, Resources.Length);

    /// <summary>Upstream's short form in messages about escalation: <c>{APIGroups:["apps"], Resources:["deployments"], Verbs:["get"]}</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("{");
        Append(text, "APIGroups", ApiGroups);
        Append(text, "Resources", Resources);
        Append(text, "NonResourceURLs", NonResourceUrls);
        Append(text, "ResourceNames", ResourceNames);
        Append(text, "Verbs", Verbs);
        return text.Append('}').ToString();
    }

    private bool AllowsResource(in AccessAttributes request) =>
        Has(Verbs, request.Verb)
        && Has(ApiGroups, request.Group ?? "")
        && HasResource(Resources, request.Resource ?? "", request.Subresource ?? "")
        && (ResourceNames.Length == 0 || HasExactly(ResourceNames, request.Name ?? ""));

    private bool AllowsPath(string verb, string path) => NonResourceUrls.Length > 0 && Has(Verbs, verb) && HasPath(NonResourceUrls, path);

    private static bool Has(ImmutableArray<string> allowed, string asked)
    {
        foreach (var entry in allowed)
            if (entry == asked || entry is "*")
                return true;
        return false;
    }

    private static bool HasExactly(ImmutableArray<string> allowed, string asked)
    {
        foreach (var entry in allowed)
            if (entry == asked)
                return true;
        return false;
    }

    /// <summary><c>*</c> is everything, subresources included; <c>*/scale</c> is that subresource of everything; <c>pods</c> is not <c>pods/log</c>.</summary>
    private static bool HasResource(ImmutableArray<string> allowed, string resource, string subresource)
    {
        foreach (var entry in allowed)
        {
            if (entry is "*")
                return true;
            if (subresource.Length == 0)
            {
                if (entry == resource)
                    return true;
                continue;
            }
            var slash = entry.Length - subresource.Length - 1;
            if (slash <= 0 || entry[slash] != '/' || !entry.EndsWith(subresource, StringComparison.Ordinal))
                continue;
            var owner = entry.AsSpan(0, slash);
            if (owner is "*" || owner.SequenceEqual(resource))
                return true;
        }
        return false;
    }

    private static bool HasPath(ImmutableArray<string> allowed, string path)
    {
        foreach (var entry in allowed)
            if (entry == path || (entry.EndsWith('*') && path.AsSpan().StartsWith(entry.AsSpan().TrimEnd('*'), StringComparison.Ordinal)))
                return true;
        return false;
    }

    private static void Append(StringBuilder text, string name, ImmutableArray<string> values)
    {
        if (values.Length == 0)
            return;
        text.Append(text.Length > 1 ? ", " : "").Append(name).Append(':').Append(GoText.List(values));
    }

    private static string? First(ImmutableArray<string> list) => list.Length > 0 ? list[0] : null;
}
