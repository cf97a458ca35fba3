using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorKube.Api.Errors;

/// <summary>The content of a <c>metav1.Status</c> of a failed request.</summary>
/// <param name="Code">HTTP status code.</param>
/// <param name="Reason">One of <see cref="StatusReason"/>.</param>
/// <param name="Message">The sentence for people.</param>
public sealed record ApiStatus(int Code, string Reason, string Message)
{
    /// <summary>Name of the object the failure is about, if any.</summary>
    public string? Name { get; init; }

    /// <summary>API group of <see cref="Kind"/>.</summary>
    public string? Group { get; init; }

    /// <summary>What upstream puts into <c>details.kind</c>: the plural resource for most errors, the kind for <c>Invalid</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Uid of the object the failure is about, if any.</summary>
    public string? Uid { get; init; }

    /// <summary>The single causes, one per bad field.</summary>
    public ImmutableArray<StatusCause> Causes { get; init; } = [];

    /// <summary>After how many seconds the client may retry; 0 when that is not said.</summary>
    public int RetryAfterSeconds { get; init; }

    /// <summary>Expired lists: a token with which the rest can be had, from another cut; null for none.</summary>
    public string? Continue { get; init; }

    /// <summary>True when the writer is not, or no more, the holder of the role that it writes for.</summary>
    public bool IsStale => Causes.Any(static c => c.Reason == CauseType.StaleEpoch);

    /// <summary>The Status object as sent to clients.</summary>
    public JsonObject ToJson()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = Continue is null ? new JsonObject() : new JsonObject { ["continue"] = Continue },
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0)
            status["reason"] = Reason;
        if (Details() is { Count: > 0 } details)
            status["details"] = details;
        status["code"] = Code;
        return status;
    }

    /// <summary>Reads a Status object as a server sent it; what is missing counts as unknown.</summary>
    public static ApiStatus FromJson(JsonElement status)
    {
        var details = Member(status, "details");
        return new ApiStatus(Number(status, "code"), Text(status, "reason") ?? StatusReason.Unknown, Text(status, "message") ?? "")
        {
            Name = Text(details, "name"),
            Group = Text(details, "group"),
            Kind = Text(details, "kind"),
            Uid = Text(details, "uid"),
            Continue = Text(Member(status, "metadata"), "continue"),
            RetryAfterSeconds = Number(details, "retryAfterSeconds"),
            Causes = Member(details, "causes") is { ValueKind: JsonValueKind.Array } causes
                ? [.. causes.EnumerateArray().Select(c => new StatusCause(Text(c, "reason") ?? "", Text(c, "message") ?? "", Text(c, "field")))]
                : [],
        };
    }

    private static JsonElement Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement element, string name) => Member(element, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static int Number(JsonElement element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : 0;

    private JsonObject Details()
    {
        var details = new JsonObject();
        if (!string.IsNullOrEmpty(Name))
            details["name"] = Name;
        if (!string.IsNullOrEmpty(Group))
            details["group"] = Group;
        if (!string.IsNullOrEmpty(Kind))
            details["kind"] = Kind;
        if (!string.IsNullOrEmpty(Uid))
            details["uid"] = Uid;
        if (Causes.Length > 0)
            details["causes"] = new JsonArray([.. Causes.Select(CauseJson)]);
        if (RetryAfterSeconds > 0)
            details["retryAfterSeconds"] = RetryAfterSeconds;
        return details;
    }

    private static JsonNode CauseJson(StatusCause cause)
    {
        var json = new JsonObject { ["reason"] = cause.Reason, ["message"] = cause.Message };
        if (cause.Field is not null)
            json["field"] = cause.Field;
        return json;
    }
}
