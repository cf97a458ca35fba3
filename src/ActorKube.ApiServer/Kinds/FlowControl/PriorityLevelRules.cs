using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.FlowControl;

/// <summary>How many requests of a level run at once (upstream: <c>ValidatePriorityLevelConfigurationSpec</c>).</summary>
internal static class PriorityLevelRules
{
    private const int MostQueues = 10_000_000;
    // What the hash of a flow has, from which the queues of its hand are drawn.
    private const int HashBits = 60;
    private static readonly string[] Types = ["Exempt", "Limited"];
    private static readonly string[] Responses = ["Queue", "Reject"];

    /// <summary>Checks a level.</summary>
    public static void Check(JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        if (obj.Object("spec") is not { } spec)
            return;
        var path = FieldPath.Spec;
        var type = spec.Text("type") ?? "";
        if (obj.Object("metadata").Text("name") == "exempt" != (type == "Exempt"))
            errors.Invalid(path.Child("type"), type, "type must be 'Exempt' if and only if name is 'exempt'");
        switch (type)
        {
            case "Exempt":
                if (spec["limited"] is not null)
                    errors.Forbidden(path.Child("limited"), "must be nil if the type is not Limited");
                CheckShares(spec.Object("exempt"), path.Child("exempt"), errors);
                CheckLent(spec.Object("exempt"), path.Child("exempt"), errors);
                break;
            case "Limited":
                if (spec["exempt"] is not null)
                    errors.Forbidden(path.Child("exempt"), "must be nil if the type is Limited");
                if (spec.Object("limited") is { } limited)
                    CheckLimited(limited, path.Child("limited"), errors);
                else
                    errors.Required(path.Child("limited"), "must not be empty when type is Limited");
                break;
            default:
                errors.NotSupported(path.Child("type"), type, Types);
                break;
        }
        if (FlowControlObjects.Mandatory(FlowControlObjects.Levels, obj.Object("metadata").Text("name")) is { } fixedOne && !JsonEquality.Same(spec, FlowControlChange.SpecFor(obj, fixedOne)))
            errors.Invalid(path, spec, fixedOne.Name == FlowControlObjects.Exempt
                ? $"spec of '{fixedOne.Name}' except the 'spec.exempt' field must equal the fixed value"
                : $"spec of '{fixedOne.Name}' must equal the fixed value");
    }

    private static void CheckShares(JsonObject? level, FieldPath path, FieldErrors errors)
    {
        if (level.Int64("nominalConcurrencyShares") is < 0 and var shares)
            errors.Invalid(path.Child("nominalConcurrencyShares"), shares, "must be a non-negative integer");
    }

    private static void CheckLimited(JsonObject limited, FieldPath path, FieldErrors errors)
    {
        CheckShares(limited, path, errors);
        CheckResponse(limited.Object("limitResponse"), path.Child("limitResponse"), errors);
        CheckLent(limited, path, errors);
        if (limited.Int64("borrowingLimitPercent") is < 0 and var borrowed)
            errors.Invalid(path.Child("borrowingLimitPercent"), borrowed, "if specified, must be a non-negative integer");
    }

    private static void CheckLent(JsonObject? level, FieldPath path, FieldErrors errors) => FieldRules.Between(level, "lendablePercent", 0, 100, path, errors);

    private static void CheckResponse(JsonObject? response, FieldPath place, FieldErrors errors)
    {
        switch (response.Text("type"))
        {
            case "Reject":
                if (response?["queuing"] is not null)
                    errors.Forbidden(place.Child("queuing"), "must be nil if limited.limitResponse.type is not Limited");
                break;
            case "Queue":
                if (response.Object("queuing") is { } queuing)
                    CheckQueues(queuing, place.Child("queuing"), errors);
                else
                    errors.Required(place.Child("queuing"), "must not be empty if limited.limitResponse.type is Limited");
                break;
            case var other:
                errors.NotSupported(place.Child("type"), other ?? "", Responses);
                break;
        }
    }

    private static void CheckQueues(JsonObject queuing, FieldPath path, FieldErrors errors)
    {
        var (queues, hand) = (queuing.Int64("queues") ?? 0, queuing.Int64("handSize") ?? 0);
        foreach (var (field, number) in ((string, long)[])[("queueLengthLimit", queuing.Int64("queueLengthLimit") ?? 0), ("queues", queues)])
            if (number <= 0)
                errors.Invalid(path.Child(field), number, "must be positive");
        if (queues > MostQueues)
            errors.Invalid(path.Child("queues"), queues, $"must not be greater than {MostQueues}");
        if (hand <= 0)
            errors.Invalid(path.Child("handSize"), hand, "must be positive");
        else if (hand > queues)
            errors.Invalid(path.Child("handSize"), hand, $"should not be greater than queues ({queues})");
        else if (Math.Ceiling(Math.Log2(queues) * hand) > HashBits)
            errors.Invalid(path.Child("handSize"), hand, $"required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {HashBits}");
    }
}
