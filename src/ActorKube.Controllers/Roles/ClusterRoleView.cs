using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Informers;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Roles;

/// <summary>What aggregation has to know of a ClusterRole.</summary>
/// <param name="Selectors">Selectors of the roles whose rules make up this one's, as they are written; default when it is not aggregated.</param>
/// <param name="Rules">Its rules, each in one spelling: equal rules are equal texts.</param>
internal sealed record ClusterRoleView(ImmutableArray<JsonObject> Selectors, ImmutableArray<string> Rules) : IObjectView<ClusterRoleView>
{
    private static readonly string[] Fields = ["apiGroups", "nonResourceURLs", "resourceNames", "resources", "verbs"];

    /// <summary>True when the rules are kept by aggregation.</summary>
    public bool IsAggregated => !Selectors.IsDefault;

    public static ClusterRoleView Project(StoredObject item)
    {
        var role = item.Edit();
        return new(
            role["aggregationRule"] is JsonObject rule ? [.. rule.Items("clusterRoleSelectors").OfType<JsonObject>()] : default,
            [.. role.Items("rules").OfType<JsonObject>().Select(Spelled)]);
    }

    // An empty list says no more than none, but that every rule has verbs.
    private static string Spelled(JsonObject rule)
    {
        var spelled = new JsonObject();
        foreach (var field in Fields)
        {
            var values = rule.Items(field).Select(static v => (JsonNode?)v.Text()).ToArray();
            if (values.Length > 0 || field == "verbs")
                spelled[field] = new JsonArray(values);
        }
        return spelled.ToJsonString();
    }
}
