using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Validation;
using ActorKube.ApiServer.Tables;
using static ActorKube.ApiServer.Kinds.KindTable;

namespace ActorKube.ApiServer.Kinds.Events;

/// <summary>events.k8s.io/v1 Event: the newer form of core events, which are where they are stored.</summary>
internal sealed class EventV1Strategy(KindOptions options)
    : KindStrategy(Namespaced("events.k8s.io/v1", "Event", "events", "ev") with { StoredAs = new GroupVersionKind("", "v1", "Event") }), IVersionConversion
{
    private static readonly (string Served, string Stored)[] Renamed =
    [
        ("regarding", "involvedObject"),
        ("note", "message"),
        ("reportingController", "reportingComponent"),
        ("deprecatedSource", "source"),
        ("deprecatedFirstTimestamp", "firstTimestamp"),
        ("deprecatedLastTimestamp", "lastTimestamp"),
        ("deprecatedCount", "count"),
    ];

    // In upstream's order.
    private static readonly string[] Fixed =
    [
        "regarding", "reason", "note", "deprecatedSource", "deprecatedFirstTimestamp", "deprecatedLastTimestamp", "deprecatedCount", "type", "eventTime", "action", "related",
        "reportingController", "reportingInstance",
    ];

    private const string Unset = "needs to be unset";

    private readonly Core.EventStrategy _stored = new(options);

    /// <inheritdoc/>
    public override bool AllowsCreateOnUpdate => true;

    /// <inheritdoc/>
    public override IReadOnlyList<string> SelectableFields { get; } =
    [
        "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion",
        "regarding.resourceVersion", "regarding.fieldPath", "reason", "reportingController", "type",
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => _stored.Columns;

    /// <inheritdoc/>
    public override DateTimeOffset? ExpiresAt(JsonObject obj, DateTimeOffset now) => _stored.ExpiresAt(obj, now);

    /// <inheritdoc/>
    public override void Validate(JsonObject obj, FieldErrors errors)
    {
        EventRules.Check(obj, EventFields.New, errors);
        EventRules.CheckSeries(obj, errors);
        if (obj["eventTime"] is null)
            errors.Required(FieldPath.Of("eventTime"));
        if (obj.Text("type") is not ("Normal" or "Warning"))
            errors.Invalid(FieldPath.Of("type"), "", $"has invalid value: {obj.Text("type")}");
        foreach (var (field, shown) in (ReadOnlySpan<(string, string)>)[("deprecatedFirstTimestamp", "firstTimestamp"), ("deprecatedLastTimestamp", "lastTimestamp")])
            if (obj[field] is not null)
                errors.Invalid(FieldPath.Of(shown), "", Unset);
        if (obj.Int64("deprecatedCount") is not (null or 0))
            errors.Invalid(FieldPath.Of("count"), "", Unset);
        if (obj.Object("deprecatedSource") is { } source && source.Any(static p => p.Value.Text() is { Length: > 0 }))
            errors.Invalid(FieldPath.Of("source"), "", Unset);
    }

    /// <summary>Of an event that happened, only how often it has been seen changes.</summary>
    public override void ValidateUpdate(JsonObject obj, JsonObject old, FieldErrors errors)
    {
        EventRules.Check(obj, EventFields.New, errors);
        if (!ObjectParts.SamePart(obj, old, "series"))
            EventRules.CheckSeries(obj, errors);
        foreach (var field in Fixed)
            if (!ObjectParts.SamePart(obj, old, field))
                errors.Invalid(FieldPath.Of(NewName(field, toStored: field != "reportingController")), obj[field], FieldRules.IsImmutable);
    }

    /// <inheritdoc/>
    public JsonObject ToStorage(JsonObject served) => Rename(served, "v1", toStored: true);

    /// <inheritdoc/>
    public JsonObject FromStorage(JsonObject stored) => Rename(stored, "events.k8s.io/v1", toStored: false);

    /// <inheritdoc/>
    public override string SelectableValue(StoredObject item, string field) => _stored.SelectableValue(item, StoredField(field));

    private static string StoredField(string field) => field switch
    {
        "reportingController" => "reportingComponent",
        _ when field.StartsWith("regarding.", StringComparison.Ordinal) => "involvedObject." + field["regarding.".Length..],
        _ => field,
    };

    private static JsonObject Rename(JsonObject source, string apiVersion, bool toStored)
    {
        var result = new JsonObject();
        foreach (var (name, value) in source)
            result[NewName(name, toStored)] = name == "apiVersion" ? apiVersion : value?.DeepClone();
        return result;
    }

    private static string NewName(string name, bool toStored)
    {
        foreach (var (served, stored) in Renamed)
            if (name == (toStored ? served : stored))
                return toStored ? stored : served;
        return name;
    }
}
