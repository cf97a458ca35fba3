using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds;

/// <summary>Texts that the tables of many kinds share.</summary>
internal static class CellText
{
    /// <summary>What stands where there is nothing.</summary>
    public const string None = "<none>";

    /// <summary>What stands where something is not set.</summary>
    public const string Unset = "<unset>";

    /// <summary>The text, or <c>&lt;none&gt;</c>.</summary>
    public static string OrNone(string text) => text.Length > 0 ? text : None;

    /// <summary>Labels as <c>a=b,c=d</c>, sorted.</summary>
    public static string Labels(JsonElement map) =>
        OrNone(string.Join(',', map.Properties().Select(static p => $"{p.Name}={p.Value.AsText()}").Order(StringComparer.Ordinal)));

    /// <summary>A label selector in the form that <c>-l</c> takes.</summary>
    public static string Selector(JsonElement selector)
    {
        var parts = selector.At("matchLabels").Properties().Select(static p => (Key: p.Name, Text: $"{p.Name}={p.Value.AsText()}"))
            .Concat(selector.At("matchExpressions").Items().Select(static e => (Key: e.At("key").AsText(), Text: Expression(e))));
        return OrNone(string.Join(',', parts.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => p.Text)));
    }

    /// <summary>What some field of each item says, separated by commas.</summary>
    public static string Each(JsonElement list, string field) => string.Join(',', list.Items().Select(i => i.At(field).AsText()));

    /// <summary>The items of a list of texts, separated by commas.</summary>
    public static string Each(JsonElement list) => string.Join(',', list.Items().Select(static i => i.AsText()));

    /// <summary>The first few of several texts, and how many more there are.</summary>
    public static string First(IReadOnlyList<string> all, int count) =>
        all.Count <= count ? string.Join(',', all) : $"{string.Join(',', all.Take(count))} + {all.Count - count} more...";

    /// <summary>The columns about a pod template that <c>-o wide</c> adds.</summary>
    /// <param name="template">Path of the template.</param>
    public static TableColumn[] Template(params string[] template) =>
    [
        TableColumn.Text("Containers", "Names of the containers in the template.", o => Each(o.At([.. template, "spec", "containers"]), "name"), 1),
        TableColumn.Text("Images", "Images of the containers in the template.", o => Each(o.At([.. template, "spec", "containers"]), "image"), 1),
    ];

    private static string Expression(JsonElement expression)
    {
        var key = expression.At("key").AsText();
        var values = string.Join(',', expression.At("values").Items().Select(static v => v.AsText()).Order(StringComparer.Ordinal));
        return expression.At("operator").AsText() switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "Exists" => key,
            "DoesNotExist" => "!" + key,
            var unknown => $"{key} {unknown} ({values})",
        };
    }
}
