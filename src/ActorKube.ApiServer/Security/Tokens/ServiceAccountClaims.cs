using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace ActorKube.ApiServer.Security.Tokens;

/// <summary>What a service account token says.</summary>
internal sealed record ServiceAccountClaims
{
    public required string Issuer { get; init; }
    public required ImmutableArray<string> Audiences { get; init; }
    public required DateTimeOffset IssuedAt { get; init; }
    public required DateTimeOffset NotBefore { get; init; }
    public required DateTimeOffset Expires { get; init; }

    /// <summary>Identifies this very token in audit logs.</summary>
    public required string Id { get; init; }

    public required string Namespace { get; init; }
    public required ObjectReference ServiceAccount { get; init; }

    /// <summary>The pod whose end is the end of the token.</summary>
    public ObjectReference? Pod { get; init; }

    /// <summary>The secret whose end is the end of the token.</summary>
    public ObjectReference? Secret { get; init; }

    /// <summary>The node of <see cref="Pod"/>, or (without a pod) the node whose end is the end of the token.</summary>
    public ObjectReference? Node { get; init; }

    public string Subject => Api.Users.WellKnownUsers.ServiceAccount(Namespace, ServiceAccount.Name);

    /// <summary>The payload of the JWT.</summary>
    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("aud");
            foreach (var audience in Audiences)
                json.WriteStringValue(audience);
            json.WriteEndArray();
            json.WriteNumber("exp", Expires.ToUnixTimeSeconds());
            json.WriteNumber("iat", IssuedAt.ToUnixTimeSeconds());
            json.WriteString("iss", Issuer);
            json.WriteString("jti", Id);
            json.WriteStartObject("kubernetes.io");
            json.WriteString("namespace", Namespace);
            Write(json, "node", Node);
            Write(json, "pod", Pod);
            Write(json, "secret", Secret);
            Write(json, "serviceaccount", ServiceAccount);
            json.WriteEndObject();
            json.WriteNumber("nbf", NotBefore.ToUnixTimeSeconds());
            json.WriteString("sub", Subject);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads the payload of a JWT whose signature has been verified; null when something is missing or of the wrong type.</summary>
    public static ServiceAccountClaims? Read(JsonElement payload)
    {
        if (!payload.TryGetProperty("kubernetes.io", out var kubernetes) || kubernetes.ValueKind != JsonValueKind.Object)
            return null;
        if (Reference(kubernetes, "serviceaccount") is not { } account || Text(kubernetes, "namespace") is not { } ns)
            return null;
        if (Text(payload, "iss") is not { } issuer || Time(payload, "exp") is not { } expires || !payload.TryGetProperty("aud", out var audience))
            return null;
        var claims = new ServiceAccountClaims
        {
            Issuer = issuer,
            Audiences = audience.ValueKind == JsonValueKind.String ? [audience.GetString()!] : Strings(audience),
            IssuedAt = Time(payload, "iat") ?? default,
            NotBefore = Time(payload, "nbf") ?? default,
            Expires = expires,
            Id = Text(payload, "jti") ?? "",
            Namespace = ns,
            ServiceAccount = account,
            Pod = Reference(kubernetes, "pod"),
            Secret = Reference(kubernetes, "secret"),
            Node = Reference(kubernetes, "node"),
        };
        return Text(payload, "sub") == claims.Subject ? claims : null;
    }

    private static void Write(Utf8JsonWriter json, string name, ObjectReference? reference)
    {
        if (reference is null)
            return;
        json.WriteStartObject(name);
        json.WriteString("name", reference.Name);
        json.WriteString("uid", reference.Uid);
        json.WriteEndObject();
    }

    private static string? Text(JsonElement map, string key) =>
        map.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    private static DateTimeOffset? Time(JsonElement map, string key) =>
        map.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds) && seconds is >= 0 and < 253_402_300_800
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    private static ObjectReference? Reference(JsonElement map, string key) =>
        map.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Object && Text(value, "name") is { } name
            ? new ObjectReference(name, Text(value, "uid") ?? "")
            : null;

    private static ImmutableArray<string> Strings(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray().Where(e => e.ValueKind == JsonValueKind.String).Select(e => e.GetString()!)] : [];
}

/// <summary>One incarnation of an object.</summary>
internal sealed record ObjectReference(string Name, string Uid);
