using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Events;

/// <summary>What both API groups ask of events (upstream: <c>legacyValidateEvent</c>, <c>ValidateEventCreate</c>, <c>ValidateEventUpdate</c>). Upstream reports both under the names of its own type, which are mostly those of core events.</summary>
internal static class EventRules
{
    private const int MaxName = 128;
    private const int MaxMessage = 1024;
    private const string WrongNamespace = "does not match event.namespace";

    /// <summary>Checks what holds for all events.</summary>
    /// <param name="obj">The event.</param>
    /// <param name="fields">What its fields are called.</param>
    /// <param name="errors">Where findings go.</param>
    public static void Check(JsonObject obj, EventFields fields, FieldErrors errors)
    {
        var own = obj.Object("metadata").Text("namespace") ?? "";
        var target = obj.Object(fields.Target).Text("namespace") ?? "";
        // Only old clients leave out when it happened; they say less, and less is demanded of them.
        var isOld = obj["eventTime"] is null;
        var fits = target.Length > 0 ? !isOld || own == target : own == "default" || own == (isOld ? "" : "kube-system");
        if (!fits)
            errors.Invalid(FieldPath.Of("involvedObject").Child("namespace"), target, WrongNamespace);
        if (!isOld)
            CheckNames(obj, fields, errors);
        errors.Invalid(FieldPath.Of("namespace"), own, DnsNames.Subdomain(own));
    }

    /// <summary>Checks how often an event has been seen.</summary>
    public static void CheckSeries(JsonObject obj, FieldErrors errors)
    {
        if (obj.Object("series") is not { } series)
            return;
        if ((series.Int64("count") ?? 0) < 2)
            errors.Invalid(FieldPath.Of("series.count"), "", "should be at least 2");
        if (series["lastObservedTime"] is null)
            errors.Required(FieldPath.Of("series.lastObservedTime"));
    }

    private static void CheckNames(JsonObject obj, EventFields fields, FieldErrors errors)
    {
        if (obj.Text(fields.Reporter) is not { Length: > 0 })
            errors.Required(FieldPath.Of(fields.Reporter));
        errors.Invalid(FieldPath.Of(fields.Reporter), obj.Text(fields.Reporter) ?? "", LabelNames.QualifiedName(obj.Text(fields.Reporter) ?? ""));
        foreach (var field in (ReadOnlySpan<string>)["reportingInstance", "action", "reason"])
        {
            if (obj.Text(field) is not { Length: > 0 })
                errors.Required(FieldPath.Of(field));
            CheckLength(obj, field, field, MaxName, errors);
        }
        CheckLength(obj, fields.Message, "message", MaxMessage, errors);
    }

    private static void CheckLength(JsonObject obj, string field, string shown, int most, FieldErrors errors)
    {
        if (Encoding.UTF8.GetByteCount(obj.Text(field) ?? "") > most)
            errors.Invalid(FieldPath.Of(shown), "", $"can have at most {most} characters");
    }
}

/// <summary>What the two API groups call the same things.</summary>
/// <param name="Target">The object that the event is about.</param>
/// <param name="Message">What happened, for people.</param>
/// <param name="Reporter">Who says so.</param>
internal sealed record EventFields(string Target, string Message, string Reporter)
{
    /// <summary>Those of core/v1.</summary>
    public static readonly EventFields Core = new("involvedObject", "message", "reportingComponent");

    /// <summary>Those of events.k8s.io/v1.</summary>
    public static readonly EventFields New = new("regarding", "note", "reportingController");
}
