using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Kinds.Events;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Core;

/// <summary>Event: what components did, for people. Vanishes some time after it was last written; both API groups show the same objects.</summary>
internal sealed class EventStrategy(KindOptions options) : KindStrategy(Namespaced("v1", "Event", "events", "ev"))
{
    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } =
    [
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
        "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
    ];

    /// <inheritdoc/>
    public override string SelectableValue(StoredObject item, string field) => field switch
    {
        "source" => item.Field("source.component") is { Length: > 0 } component ? component : item.Field("reportingComponent"),
        _ => item.Field(field),
    };

    /// <inheritdoc/>
    public override DateTimeOffset? ExpiresAt(JsonObject obj, DateTimeOffset now) => now + options.EventTtl;

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors) => EventRules.Check(obj, EventFields.Core, errors);

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns { get; } =
    [
        new("Last Seen", "string", LastSeen) { Description = "Time since the event was last seen." },
        TableColumn.Text("Type", "Normal or Warning.", static o => o.At("type").AsText()),
        TableColumn.Text("Reason", "Why, as one word.", static o => o.At("reason").AsText()),
        TableColumn.Text("Object", "What the event is about.", static o => Target(o.At("involvedObject"))),
        TableColumn.Text("Subobject", "Which part of the object.", static o => o.At("involvedObject", "fieldPath").AsText(), 1),
        TableColumn.Text("Source", "Who reported it.", Source, 1),
        TableColumn.Text("Message", "What happened.", static o => o.At("message").AsText().Trim()),
        new("First Seen", "string", static (o, now) => HumanDuration.Since(FirstTime(o), now)) { Description = "Time since the event was first seen.", Priority = 1 },
        TableColumn.Text("Count", "How often it was seen.", Count, 1),
        TableColumn.Text("Name", "Name of the event.", static o => o.At("metadata", "name").AsText(), 1),
    ];

    private static string Target(JsonElement reference)
    {
        var kind = reference.At("kind").AsText().ToLowerInvariant();
        var name = reference.At("name").AsText();
        return name.Length == 0 ? kind : $"{kind}/{name}";
    }

    private static TableCell Source(JsonElement o)
    {
        var component = o.At("source", "component").AsText();
        if (component.Length == 0)
            component = o.At("reportingComponent").AsText();
        var host = o.At("source", "host").AsText();
        if (host.Length == 0)
            host = o.At("reportingInstance").AsText();
        return host.Length == 0 ? component : $"{component}, {host}";
    }

    private static JsonElement FirstTime(JsonElement o) => o.At("firstTimestamp") is { ValueKind: JsonValueKind.String } first ? first : o.At("eventTime");

    private static TableCell LastSeen(JsonElement o, DateTimeOffset now)
    {
        var last = o.At("series", "lastObservedTime") is { ValueKind: JsonValueKind.String } observed ? observed : o.At("lastTimestamp");
        return HumanDuration.Since(last.ValueKind == JsonValueKind.String ? last : FirstTime(o), now);
    }

    private static TableCell Count(JsonElement o) => o.At("series", "count").AsNumber() is > 0 and var count ? count : o.At("count").AsNumber(1);
}
