using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;

namespace ActorKube.Testing.Simulation.Faults;

/// <summary>
/// What a cluster has come to, in a form that two runs of one workload share: without uids, times, revisions, generations, addresses, the choice of nodes and the random ends of names.
/// </summary>
public static partial class EndState
{
    // What is only of the moment, or tells of how the state was reached.
    private static readonly HashSet<string> Left = ["events", "leases"];
    private static readonly HashSet<string> Dropped = ["uid", "resourceVersion", "generation", "observedGeneration", "creationTimestamp", "nodeName", "podIP", "podIPs", "hostIP", "hostIPs", "clusterIP", "clusterIPs", "endpoints.kubernetes.io/last-change-trigger-time"];

    /// <summary>Every object of the given resources, one a line, in order.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(IResourceClient client, IEnumerable<GroupVersionResource> resources)
    {
        var all = new List<(GroupVersionResource Resource, JsonObject Json)>();
        foreach (var resource in resources.Where(r => !Left.Contains(r.Plural)))
            all.AddRange((await client.ListAsync(resource, null)).Items.Select(o => (resource, o.Edit())));
        var names = all.Select(o => (Name: o.Json.Text("metadata", "name"), Base: o.Json.Text("metadata", "generateName"))).Where(n => n.Base.Length > 0).DistinctBy(n => n.Name).ToDictionary(n => n.Name, n => n.Base + "*");
        return [.. all.Select(o => $"{o.Resource.Plural} {Plain(o.Json, names)!.ToJsonString()}").Order(StringComparer.Ordinal)];
    }

    private static JsonNode? Plain(JsonNode? node, Dictionary<string, string> names) => node switch
    {
        JsonObject fields => new JsonObject(fields.Where(f => !Dropped.Contains(f.Key)).OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, Plain(f.Value, names))).Where(f => f.Value is not JsonObject { Count: 0 })),
        JsonArray items => new JsonArray([.. items.Select(i => Plain(i, names)).OrderBy(i => i?.ToJsonString(), StringComparer.Ordinal)]),
        JsonValue value when value.TryGetValue<string>(out var text) => Plain(text, names),
        _ => node?.DeepClone(),
    };

    private static string Plain(string text, Dictionary<string, string> names) =>
        names.TryGetValue(text, out var plain) ? plain : Token().Replace(Address().Replace(Uid().Replace(Time().Replace(text, "TIME"), "UID"), "ADDRESS"), "$1*");

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")]
    private static partial Regex Time();

    // The volume of a pod's own token.
    [GeneratedRegex("^(kube-api-access-).{5}$")]
    private static partial Regex Token();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    [GeneratedRegex(@"^\d+\.\d+\.\d+\.\d+$")]
    private static partial Regex Address();
}
