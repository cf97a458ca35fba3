using System.Text.Json;
using ActorKube.ApiServer.Tables;

namespace ActorKube.ApiServer.Kinds;

/// <summary>Texts and columns that the tables of several kinds share.</summary>
internal static class KindCells
{
    /// <summary>What stands where something is not set.</summary>
    public const string Unset = "<unset>";

    /// <summary>The text, or <c>&lt;none&gt;</c>.</summary>
    public static string OrNone(string text) => text.Length > 0 ? text : CellText.None;

    /// <summary>The items of a list of texts, separated by commas.</summary>
    public static string All(JsonElement list) => string.Join(',', list.Items().Select(static i => i.AsText()));

    /// <summary>The columns about a pod template that <c>-o wide</c> adds.</summary>
    /// <param name="template">Path of the template.</param>
    public static TableColumn[] Template(params string[] template) =>
    [
        TableColumn.Text("Containers", "Names of the containers in the template.", o => CellText.Each(o.At([.. template, "spec", "containers"]), "name"), 1),
        TableColumn.Text("Images", "Images of the containers in the template.", o => CellText.Each(o.At([.. template, "spec", "containers"]), "image"), 1),
    ];
}
