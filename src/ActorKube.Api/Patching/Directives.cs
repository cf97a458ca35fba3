using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Patching;

/// <summary>The instructions inside strategic merge patches.</summary>
internal static class Directives
{
    public const string Patch = "$patch";
    public const string RetainKeys = "$retainKeys";
    public const string SetElementOrder = "$setElementOrder";
    public const string DeleteFromPrimitiveList = "$deleteFromPrimitiveList";
    public const string Replace = "replace";
    public const string Delete = "delete";
    public const string Merge = "merge";

    /// <summary>True for <c>$setElementOrder/…</c> and whatever else begins so.</summary>
    public static bool IsSetElementOrder(string key) => key.StartsWith(SetElementOrder, StringComparison.Ordinal);

    /// <summary>True for <c>$deleteFromPrimitiveList/…</c> and whatever else begins so.</summary>
    public static bool IsDeleteFromPrimitiveList(string key) => key.StartsWith(DeleteFromPrimitiveList, StringComparison.Ordinal);

    /// <summary>The field that a directive key such as <c>$setElementOrder/containers</c> is about.</summary>
    public static string Field(string key, string directive)
    {
        if (key.Length > directive.Length && key[directive.Length] == '/')
            return key[(directive.Length + 1)..];
        throw PatchErrors.Malformed(directive == SetElementOrder ? "invalid patch format of setElementOrder list" : "invalid patch format of primitive list");
    }

    /// <summary>
    /// A patch's value as it goes into an object where nothing was before: without nulls and directives. An object that itself is marked
    /// by <c>$patch</c> yields nothing, as upstream.
    /// </summary>
    /// <param name="value">Detached from the patch, and used up.</param>
    /// <param name="kept">False when nothing is left.</param>
    public static JsonNode? Clean(JsonNode? value, out bool kept)
    {
        kept = true;
        return IsClean(value) ? value : Rebuild(value, out kept);
    }

    // What agents and controllers send nearly always is; then nothing has to be taken apart.
    private static bool IsClean(JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                for (var i = 0; i < map.Count; i++)
                    if (map.GetAt(i) is var (name, child) && (child is null || name == Patch || IsDirective(name) || !IsClean(child)))
                        return false;
                return true;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                    if (!IsClean(list[i]))
                        return false;
                return true;
            default:
                return true;
        }
    }

    private static JsonNode? Rebuild(JsonNode? value, out bool kept)
    {
        kept = true;
        switch (value)
        {
            case JsonObject map:
                if (map.ContainsKey(Patch))
                {
                    kept = false;
                    return null;
                }
                foreach (var (name, child) in Detach(map))
                    if (child is not null && !IsDirective(name) && Rebuild(child, out var keep) is var clean && keep)
                        map[name] = clean;
                return map;
            case JsonArray list:
                foreach (var item in Detach(list))
                    if (Rebuild(item, out var keep) is var clean && keep)
                        list.Add(clean);
                return list;
            default:
                return value;
        }
    }

    /// <summary>Empties a list; its items can then be put elsewhere.</summary>
    public static List<JsonNode?> Detach(JsonArray list)
    {
        List<JsonNode?> items = [.. list];
        list.Clear();
        return items;
    }

    /// <summary>Empties an object; its values can then be put elsewhere.</summary>
    public static List<KeyValuePair<string, JsonNode?>> Detach(JsonObject map)
    {
        List<KeyValuePair<string, JsonNode?>> fields = [.. map];
        map.Clear();
        return fields;
    }

    /// <summary>The text by which scalars are told apart: kind and value.</summary>
    public static string Identity(JsonNode? scalar) => scalar switch
    {
        null => "null",
        _ => scalar.Text() is { } text ? $"\"{text}" : scalar.ToJsonString(),
    };

    private static bool IsDirective(string name) => name.StartsWith('$') && (name == RetainKeys || IsSetElementOrder(name) || IsDeleteFromPrimitiveList(name));
}
