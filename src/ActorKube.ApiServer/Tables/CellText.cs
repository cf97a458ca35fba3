using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Selectors;

namespace ActorKube.ApiServer.Tables;

/// <summary>Texts that cells of several kinds show.</summary>
internal static class CellText
{
    /// <summary>What stands for nothing.</summary>
    public const string None = "<none>";

    /// <summary>A label selector in the form of queries; <c>&lt;none&gt;</c> when it selects everything or is absent.</summary>
    public static string Selector(JsonElement selector) =>
        selector.ValueKind == JsonValueKind.Object && LabelSelectorJson.Read(JsonObject.Create(selector)).ToString() is { Length: > 0 } text ? text : None;

    /// <summary>A map of labels; <c>&lt;none&gt;</c> for an empty one.</summary>
    public static string Labels(JsonElement labels) =>
        labels.Size() == 0 ? None : string.Join(',', labels.Properties().OrderBy(static p => p.Name, StringComparer.Ordinal).Select(static p => $"{p.Name}={p.Value.AsText()}"));

    /// <summary>One value of each item of a list, with commas.</summary>
    public static string Each(JsonElement list, string property) => string.Join(',', list.Items().Select(i => i.At(property).AsText()));

    /// <summary>A text, or what stands for nothing.</summary>
    public static string OrNone(JsonElement value) => value.AsText() is { Length: > 0 } text ? text : None;

    /// <summary>A text, or <c>&lt;unset&gt;</c>.</summary>
    public static string OrUnset(JsonElement value) => value.AsText() is { Length: > 0 } text ? text : "<unset>";
}
