using System.Collections.Immutable;
using System.Text.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>A Role (with namespace) or ClusterRole (without).</summary>
internal sealed record RbacRole(ObjectKey Key, ImmutableArray<PolicyRule> Rules)
{
    /// <summary>Labels, by which ClusterRoles are aggregated.</summary>
    public Labels Labels { get; init; }

    /// <summary>Selectors of the ClusterRoles whose rules make up this one's; default when it is not aggregated.</summary>
    public ImmutableArray<RoleSelector> Aggregation { get; init; }

    /// <summary>True when the rules are kept by aggregation.</summary>
    public bool IsAggregated => !Aggregation.IsDefault;
}

/// <summary>A RoleBinding (with namespace) or ClusterRoleBinding (without).</summary>
internal sealed record RbacBinding(ObjectKey Key, RoleReference Role, ImmutableArray<RbacSubject> Subjects);

/// <summary>What a binding grants.</summary>
/// <param name="Kind"><c>Role</c> or <c>ClusterRole</c>.</param>
/// <param name="Name">Its name.</param>
internal sealed record RoleReference(string Kind, string Name);

/// <summary>Whom a binding grants it.</summary>
/// <param name="Kind"><c>User</c>, <c>Group</c> or <c>ServiceAccount</c>.</param>
/// <param name="Namespace">Of service accounts; empty for the binding's own.</param>
/// <param name="Name">Its name.</param>
internal sealed record RbacSubject(string Kind, string Namespace, string Name);

/// <summary>Reads RBAC objects out of their JSON. Whatever cannot be read grants nothing, and keeps no other object from being read (ADR 0143).</summary>
internal static class RbacReader
{
    // Left out, what stands for one name in a list of names would turn "these only" into "all".
    private const string Nothing = "\0";

    public static RbacRole Role(StoredObject stored)
    {
        using var document = JsonDocument.Parse(stored.Json);
        return Role(stored.Key, document.RootElement) with { Labels = stored.Head.Labels };
    }

    public static RbacRole Role(ObjectKey key, JsonElement json)
    {
        var rules = json.TryGetProperty("rules", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Select(Rule)] : ImmutableArray<PolicyRule>.Empty;
        var role = new RbacRole(key, rules);
        return json.TryGetProperty("aggregationRule", out var aggregation) && aggregation.ValueKind == JsonValueKind.Object
            ? role with { Aggregation = RoleSelector.ReadAll(aggregation) }
            : role;
    }

    public static RbacBinding Binding(StoredObject stored)
    {
        using var document = JsonDocument.Parse(stored.Json);
        return Binding(stored.Key, document.RootElement);
    }

    public static RbacBinding Binding(ObjectKey key, JsonElement json)
    {
        var role = json.TryGetProperty("roleRef", out var reference) ? new RoleReference(Text(reference, "kind"), Text(reference, "name")) : new RoleReference("", "");
        var subjects = json.TryGetProperty("subjects", out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(s => new RbacSubject(Text(s, "kind"), Text(s, "namespace"), Text(s, "name")))]
            : ImmutableArray<RbacSubject>.Empty;
        return new RbacBinding(key, role, subjects);
    }

    public static PolicyRule Rule(JsonElement json) => new()
    {
        Verbs = Strings(json, "verbs"),
        ApiGroups = Strings(json, "apiGroups"),
        Resources = Strings(json, "resources"),
        ResourceNames = Strings(json, "resourceNames"),
        NonResourceUrls = Strings(json, "nonResourceURLs"),
    };

    public static ImmutableArray<string> Strings(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? [.. list.EnumerateArray().Select(static e => e.ValueKind == JsonValueKind.String ? e.GetString()! : Nothing)]
            : [];

    public static string Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
