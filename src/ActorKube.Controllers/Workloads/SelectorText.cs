using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads;

/// <summary>A label selector as it appears in upstream's messages.</summary>
internal static class SelectorText
{
    public static string Of(JsonNode? selector)
    {
        if (selector is null)
            return "nil";
        var labels = string.Concat(selector.Strings("matchLabels").OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}: {l.Value},"));
        var expressions = string.Concat(selector.Items("matchExpressions").Select(e =>
            $"LabelSelectorRequirement{{Key:{e.Text("key")},Operator:{e.Text("operator")},Values:[{string.Join(' ', e.Items("values").Select(v => v.Text()))}],}},"));
        return $"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}";
    }
}
