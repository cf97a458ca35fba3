using System.IO.Hashing;
using System.Text;
using System.Text.Json.Nodes;

namespace ActorKube.Machinery.Objects;

/// <summary>Recognises pod templates by content.</summary>
public static class TemplateHash
{
    /// <summary>Label by which the pods of one revision are told apart.</summary>
    public const string Label = "pod-template-hash";

    /// <summary>
    /// The value of <see cref="Label"/> for a template: a hash of its canonical form (sorted keys, without the label itself) and the collision count, in the alphabet of names.
    /// Stable across processes and versions: names of replica sets depend on it.
    /// </summary>
    public static string Of(JsonNode? template, long collisionCount) => SafeNames.Encode(SafeNames.Fnv32(Canonical(template, $"#{collisionCount}")));

    /// <summary>Equal for two templates exactly when they ask for the same pods; the hash label and nulls do not count.</summary>
    public static UInt128 Fingerprint(JsonNode? template) => XxHash128.HashToUInt128(Canonical(template, ""));

    private static byte[] Canonical(JsonNode? template, string salt)
    {
        var canonical = new StringBuilder();
        Write(canonical, template, insideLabels: false);
        return Encoding.UTF8.GetBytes(canonical.Append(salt).ToString());
    }

    // An empty list or null says no more than leaving the field out. An empty object may say something (emptyDir: {}).
    private static bool IsAbsent(JsonNode? value) => value is null or JsonArray { Count: 0 };

    private static void Write(StringBuilder text, JsonNode? node, bool insideLabels)
    {
        switch (node)
        {
            case JsonObject fields:
                text.Append('{');
                foreach (var (name, value) in fields.OrderBy(f => f.Key, StringComparer.Ordinal))
                {
                    if (IsAbsent(value) || (insideLabels && name == Label))
                        continue;
                    text.Append(name).Append(':');
                    Write(text, value, name == "labels");
                    text.Append(',');
                }
                text.Append('}');
                break;
            case JsonArray items:
                text.Append('[');
                foreach (var item in items)
                {
                    Write(text, item, insideLabels: false);
                    text.Append(',');
                }
                text.Append(']');
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }
}
