using System.Buffers;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds;

/// <summary>Conditions of the type that kinds share (upstream: <c>ValidateConditions</c> of <c>meta/v1</c>).</summary>
internal static class ConditionRules
{
    private const int MaxReason = 1024;
    private const int MaxMessage = 32 * 1024;
    private const string ReasonFault = "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' "
        + "(e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')";

    private static readonly string[] Statuses = ["False", "True", "Unknown"];
    private static readonly SearchValues<char> ReasonCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_,:");

    /// <summary>Checks the conditions of a status.</summary>
    public static void Check(JsonObject? status, FieldErrors errors)
    {
        var seen = new HashSet<string>();
        foreach (var (i, condition) in status.Items("conditions"))
        {
            var path = FieldPath.Status.Child("conditions").Index(i);
            var type = condition.Text("type") ?? "";
            if (!seen.Add(type))
                errors.Duplicate(path, type);
            Check(condition, type, path, errors);
        }
    }

    private static void Check(JsonObject condition, string type, FieldPath path, FieldErrors errors)
    {
        if (type.Length == 0)
            errors.Required(path.Child("type"), "is required");
        else
            errors.Invalid(path.Child("type"), type, LabelNames.QualifiedName(type));
        FieldRules.Required(condition, "status", path, errors);
        FieldRules.OneOf(condition, "status", Statuses, path, errors);
        if (condition.Int64("observedGeneration") is < 0 and var generation)
            errors.Invalid(path.Child("observedGeneration"), generation, "must be greater than or equal to zero");
        FieldRules.Required(condition, "lastTransitionTime", path, errors);
        if (FieldRules.Required(condition, "reason", path, errors) is { } reason)
        {
            if (!IsReason(reason))
                errors.Invalid(path.Child("reason"), reason, ReasonFault);
            if (reason.Length > MaxReason)
                errors.TooLong(path.Child("reason"), MaxReason);
        }
        if (condition.Text("message") is { Length: > MaxMessage })
            errors.TooLong(path.Child("message"), MaxMessage);
    }

    private static bool IsReason(string text) =>
        char.IsAsciiLetter(text[0]) && text[^1] is not (',' or ':') && !text.AsSpan().ContainsAnyExcept(ReasonCharacters);
}
