using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>RBAC objects as JSON.</summary>
internal static class RbacJson
{
    public const string ApiVersion = SecurityResources.RbacGroup + "/v1";

    public static JsonObject Role(RbacRole role, Labels labels)
    {
        var json = new JsonObject
        {
            ["apiVersion"] = ApiVersion,
            ["kind"] = role.Key.Namespace.Length == 0 ? "ClusterRole" : "Role",
            ["metadata"] = Metadata(role.Key.Namespace, role.Key.Name, labels),
            ["rules"] = Rules(role.Rules),
        };
        if (role.IsAggregated)
            json["aggregationRule"] = Aggregation(role.Aggregation);
        return json;
    }

    public static JsonObject Binding(RbacBinding binding, Labels labels) => new()
    {
        ["apiVersion"] = ApiVersion,
        ["kind"] = binding.Key.Namespace.Length == 0 ? "ClusterRoleBinding" : "RoleBinding",
        ["metadata"] = Metadata(binding.Key.Namespace, binding.Key.Name, labels),
        ["roleRef"] = new JsonObject { ["apiGroup"] = SecurityResources.RbacGroup, ["kind"] = binding.Role.Kind, ["name"] = binding.Role.Name },
        ["subjects"] = new JsonArray([.. binding.Subjects.Select(Subject)]),
    };

    public static JsonArray Rules(IEnumerable<PolicyRule> rules) => new([.. rules.Select(Rule)]);

    public static JsonNode Subject(RbacSubject subject) => subject.Kind == "ServiceAccount"
        ? new JsonObject { ["kind"] = subject.Kind, ["name"] = subject.Name, ["namespace"] = subject.Namespace }
        : new JsonObject { ["apiGroup"] = SecurityResources.RbacGroup, ["kind"] = subject.Kind, ["name"] = subject.Name };

    /// <summary>A role from the mutable form it has in the request pipeline.</summary>
    public static RbacRole ReadRole(JsonObject json)
    {
        using var document = JsonSerializer.SerializeToDocument(json);
        return RbacReader.Role(KeyOf(json), document.RootElement);
    }

    /// <summary>A binding from the mutable form it has in the request pipeline.</summary>
    public static RbacBinding ReadBinding(JsonObject json)
    {
        using var document = JsonSerializer.SerializeToDocument(json);
        return RbacReader.Binding(KeyOf(json), document.RootElement);
    }

    private static Api.Names.ObjectKey KeyOf(JsonObject json) => new((string?)json["metadata"]?["namespace"] ?? "", (string?)json["metadata"]?["name"] ?? "");

    private static JsonNode Rule(PolicyRule rule)
    {
        var json = new JsonObject();
        Add(json, "apiGroups", rule.ApiGroups);
        Add(json, "nonResourceURLs", rule.NonResourceUrls);
        Add(json, "resourceNames", rule.ResourceNames);
        Add(json, "resources", rule.Resources);
        json["verbs"] = List(rule.Verbs);
        return json;
    }

    private static JsonObject Aggregation(ImmutableArray<RoleSelector> selectors) => new()
    {
        ["clusterRoleSelectors"] = new JsonArray([.. selectors.Select(s => (JsonNode)new JsonObject
        {
            ["matchLabels"] = new JsonObject([.. s.Requirements.Select(r => KeyValuePair.Create(r.Key, (JsonNode?)JsonValue.Create(r.Values[0])))]),
        })]),
    };

    private static JsonObject Metadata(string ns, string name, Labels labels)
    {
        var metadata = new JsonObject { ["name"] = name };
        if (ns.Length > 0)
            metadata["namespace"] = ns;
        metadata["annotations"] = new JsonObject { [PolicyReconciliation.AutoUpdate] = "true" };
        var map = new JsonObject { ["kubernetes.io/bootstrapping"] = "rbac-defaults" };
        foreach (var (key, value) in labels)
            map[key] = value;
        metadata["labels"] = map;
        return metadata;
    }

    private static void Add(JsonObject json, string name, ImmutableArray<string> values)
    {
        if (values.Length > 0)
            json[name] = List(values);
    }

    private static JsonArray List(ImmutableArray<string> values) => new([.. values.Select(v => (JsonNode)JsonValue.Create(v))]);
}
