using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;

namespace ActorKube.ApiServer.Verbs;

/// <summary>Where the next page of a list begins, and of which cut. Opaque to clients; the form is upstream's.</summary>
/// <param name="Revision">Revision of the list; -1 to go on in the newest state, inconsistently.</param>
/// <param name="After">The last object handed out.</param>
internal readonly record struct ContinueToken(long Revision, ObjectKey After)
{
    private const string Version = "meta.k8s.io/v1";

    /// <summary>The text for clients.</summary>
    public override string ToString()
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(128);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("v", Version);
            writer.WriteNumber("rv", Revision);
            // The separator and the zero are not valid in names: the key is unambiguous.
            writer.WriteString("start", $"{After.Namespace}/{After.Name}\0");
            writer.WriteEndObject();
        }
        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    /// <summary>Reads a client's token.</summary>
    /// <exception cref="ApiException">400: it is not one of ours.</exception>
    public static ContinueToken Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
            var root = json.RootElement;
            var start = root.GetProperty("start").GetString()!;
            var slash = start.IndexOf('/');
            if (root.GetProperty("rv").GetInt64() == 0)
                throw new FormatException($"incorrect encoded start resourceVersion (version {Version})");
            if (root.GetProperty("v").GetString() != Version || slash < 0 || !start.EndsWith('\0') || start.StartsWith('.') || start.Contains("/.", StringComparison.Ordinal))
                throw new FormatException("no such version or key");
            return new(root.GetProperty("rv").GetInt64(), new ObjectKey(start[..slash], start[(slash + 1)..^1]));
        }
        catch (Exception e) when (e is FormatException or JsonException or KeyNotFoundException or InvalidOperationException or NullReferenceException)
        {
            throw ApiErrors.BadRequest($"invalid continue token: continue key is not valid: {(Encoding.UTF8.GetByteCount(text) > 1024 ? "it is too long" : e.Message)}");
        }
    }
}
