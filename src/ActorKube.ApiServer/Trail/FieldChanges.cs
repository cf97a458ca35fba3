using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Trail;

/// <summary>Which fields of an object a change touched, in words for people: <c>spec.replicas 3 → 5</c>.</summary>
internal static class FieldChanges
{
    /// <summary>Most fields that are named of one change; the rest is counted.</summary>
    public const int Most = 10;

    private const int LongestValue = 60;
    private const string Nothing = "none";

    // Written by programs, again and again, about what is told otherwise.
    private static readonly HashSet<string> Left = ["kubectl.kubernetes.io/last-applied-configuration", "control-plane.alpha.kubernetes.io/leader"];

    // What containers are started with and find in their environment, and what drivers are given, is often not for everybody, and would outlive its change here: only that it changed is told.
    private static readonly HashSet<string> Hidden = ["env", "args", "command", "httpHeaders", "parameters", "volumeAttributes", "flexVolume", "gitRepo"];

    /// <summary>The fields that differ, in the order of the objects; of metadata only labels, annotations and finalizers.</summary>
    /// <param name="old">The state before.</param>
    /// <param name="now">The state after.</param>
    /// <param name="withStatus">Whether the status counts.</param>
    public static IReadOnlyList<string> Between(JsonObject old, JsonObject now, bool withStatus = false)
    {
        var found = new List<string>();
        var metadata = (Old: old.Object("metadata"), Now: now.Object("metadata"));
        foreach (var field in (ReadOnlySpan<string>)["labels", "annotations", "finalizers"])
            Compare($"metadata.{field}", Child(metadata.Old, field), Child(metadata.Now, field), isHidden: false, found);
        foreach (var name in Names(old, now))
            if (name is not ("apiVersion" or "kind" or "metadata") && (withStatus || name != "status"))
                Compare(name, Child(old, name), Child(now, name), Hidden.Contains(name), found);
        return found.Count <= Most ? found : [.. found.Take(Most), $"and {found.Count - Most} more fields"];
    }

    private static void Compare(string path, JsonNode? old, JsonNode? now, bool isHidden, List<string> found)
    {
        if (JsonEquality.Same(old, now))
            return;
        var areAnnotations = path.EndsWith(".annotations", StringComparison.Ordinal);
        if (areAnnotations || path == "metadata.labels")
            (old, now) = (old ?? new JsonObject(), now ?? new JsonObject());
        if (old is JsonObject before && now is JsonObject after)
            foreach (var name in Names(before, after).Except(Left))
                Compare(Below(path, name), Child(before, name), Child(after, name), isHidden || (areAnnotations ? !IsOfKubernetes(name) : Hidden.Contains(name)), found);
        else if (old is JsonArray was && now is JsonArray @is && Keyed(was) is { } left && Keyed(@is) is { } right)
            foreach (var key in left.Keys.Union(right.Keys))
                Compare($"{path}[{key}]", left.GetValueOrDefault(key), right.GetValueOrDefault(key), isHidden, found);
        else
            found.Add(isHidden ? $"{path} {(old is null ? "set" : now is null ? "removed" : "changed")}" : $"{path} {Value(old)} → {Value(now)}");
    }

    // What others annotate may be anything.
    private static bool IsOfKubernetes(string annotation) =>
        annotation.IndexOf('/') is > 0 and var slash && annotation[..slash] is var domain && (IsWithin(domain, "kubernetes.io") || IsWithin(domain, "k8s.io") || IsWithin(domain, "actorkube.io"));

    private static bool IsWithin(string domain, string parent) => domain.EndsWith(parent, StringComparison.Ordinal) && (domain.Length == parent.Length || domain[^(parent.Length + 1)] == '.');

    // Within a value that is told as a whole.
    private static bool HasHidden(JsonNode? value) => value switch
    {
        JsonObject fields => fields.Any(static f => f.Key == "annotations" || Hidden.Contains(f.Key) || HasHidden(f.Value)),
        JsonArray items => items.Any(HasHidden),
        _ => false,
    };

    // Lists of named things, such as containers, are compared by name, so that one in front moves none of the others.
    private static Dictionary<string, JsonNode?>? Keyed(JsonArray list)
    {
        var items = new Dictionary<string, JsonNode?>(list.Count);
        foreach (var item in list)
            if (item is not JsonObject fields || (fields.Text("name") ?? fields.Text("key") ?? fields.Text("type")) is not { } name || !items.TryAdd(name, item))
                return null;
        return items;
    }

    private static string Below(string path, string name) => name.AsSpan().ContainsAny('.', '/') ? $"{path}[{name}]" : $"{path}.{name}";

    private static string Value(JsonNode? value)
    {
        var text = value switch
        {
            null => Nothing,
            JsonValue scalar when scalar.Text() is { } words => words.Length == 0 ? "\"\"" : words,
            _ when HasHidden(value) => value is JsonArray ? "[…]" : "{…}",
            _ => System.Text.Encoding.UTF8.GetString(JsonEncoder.Encode(value)),
        };
        return text.Length <= LongestValue ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[LongestValue - 1]) ? LongestValue - 1 : LongestValue)}…";
    }

    private static JsonNode? Child(JsonObject? node, string name) => node is not null && node.TryGetPropertyValue(name, out var child) ? child : null;

    private static IEnumerable<string> Names(JsonObject old, JsonObject now) => old.Select(static p => p.Key).Union(now.Select(static p => p.Key));
}
