using System.Text.Json;

namespace ActorKube.ApiServer.Tables;

/// <summary>Reading of possibly absent values for table cells. An absent value is an element of kind <see cref="JsonValueKind.Undefined"/>.</summary>
internal static class JsonElementAccess
{
    /// <summary>The value under a path of properties.</summary>
    public static JsonElement At(this JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var property in path)
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(property, out element))
                return default;
        return element;
    }

    /// <summary>A text, or empty.</summary>
    public static string AsText(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => element.GetRawText(),
        _ => "",
    };

    /// <summary>An integer, or <paramref name="otherwise"/>.</summary>
    public static long AsNumber(this JsonElement element, long otherwise = 0) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var number) ? number : otherwise;

    /// <summary>A truth value, or <paramref name="otherwise"/>.</summary>
    public static bool AsFlag(this JsonElement element, bool otherwise = false) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => otherwise,
    };

    /// <summary>The items of an array; none when it is absent.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement element) => element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    /// <summary>The properties of an object; none when it is absent.</summary>
    public static IEnumerable<JsonProperty> Properties(this JsonElement element) => element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : [];

    /// <summary>How many items or properties there are.</summary>
    public static long Size(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.GetArrayLength(),
        JsonValueKind.Object => element.GetPropertyCount(),
        _ => 0,
    };
}
