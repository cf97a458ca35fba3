using System.Text;
using System.Text.Json;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Objects;

/// <summary>The decoded <c>data</c> of a Secret. What is no base64 is left out.</summary>
public sealed class SecretData
{
    private readonly Dictionary<string, byte[]> _entries = [];

    private SecretData()
    {
    }

    /// <summary>Reads an encoded Secret.</summary>
    public static SecretData Of(StoredObject secret)
    {
        var data = new SecretData();
        using var document = JsonDocument.Parse(secret.Json);
        if (document.RootElement.TryGetProperty("data", out var map) && map.ValueKind == JsonValueKind.Object)
            foreach (var entry in map.EnumerateObject())
                if (entry.Value.ValueKind == JsonValueKind.String && entry.Value.TryGetBytesFromBase64(out var bytes))
                    data._entries[entry.Name] = bytes;
        return data;
    }

    /// <summary>An entry as text; empty when there is none.</summary>
    public string this[string key] => _entries.TryGetValue(key, out var bytes) ? Encoding.UTF8.GetString(bytes) : "";

    /// <summary>A text as an entry of <c>data</c>.</summary>
    public static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
