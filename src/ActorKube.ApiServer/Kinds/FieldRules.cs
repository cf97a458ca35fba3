using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds;

/// <summary>Rules that fields of many kinds share. Paths are extended only where something is wrong, so that a good object costs no text.</summary>
internal static class FieldRules
{
    /// <summary>Upstream's sentence about a field that cannot change.</summary>
    public const string IsImmutable = "field is immutable";

    /// <summary>Upstream's sentence about a number below zero.</summary>
    public const string IsNegative = "must be greater than or equal to 0";

    /// <summary>The objects in a list, with their places.</summary>
    public static ItemList Items(this JsonObject? parent, string list) => new(parent.Array(list));

    /// <summary>The texts in a list; what is no text reads as empty.</summary>
    public static IEnumerable<string> Texts(this JsonObject? parent, string list) => (parent.Array(list) ?? []).Select(static t => t.Text() ?? "");

    /// <summary>Demands a text that is not empty.</summary>
    /// <returns>The text; null when the error has been reported.</returns>
    public static string? Required(JsonObject parent, string field, FieldPath path, FieldErrors errors)
    {
        if (parent.Text(field) is { Length: > 0 } text)
            return text;
        errors.Required(path.Child(field));
        return null;
    }

    /// <summary>A number that is not negative, if there is one.</summary>
    public static void NotNegative(JsonObject? parent, string field, FieldPath path, FieldErrors errors)
    {
        if (parent.Int64(field) is < 0 and var number)
            errors.Invalid(path.Child(field), number, IsNegative);
    }

    /// <summary>A number within bounds, if there is one.</summary>
    public static void Between(JsonObject? parent, string field, long low, long high, FieldPath path, FieldErrors errors)
    {
        if (parent.Int64(field) is { } number && (number < low || number > high))
            errors.Invalid(path.Child(field), number, $"must be between {low} and {high}, inclusive");
    }

    /// <summary>A text in a certain form, if there is one.</summary>
    public static void Form(JsonObject? parent, string field, Func<string, IReadOnlyList<string>> rule, FieldPath path, FieldErrors errors)
    {
        if (parent.Text(field) is { Length: > 0 } text && rule(text) is { Count: > 0 } faults)
            errors.Invalid(path.Child(field), text, faults);
    }

    /// <summary>A text out of an enumeration, if there is one. The order of the values is that of upstream's message.</summary>
    public static void OneOf(JsonObject? parent, string field, string[] values, FieldPath path, FieldErrors errors)
    {
        if (parent.Text(field) is { Length: > 0 } text && Array.IndexOf(values, text) < 0)
            errors.NotSupported(path.Child(field), text, values);
    }

    /// <summary>A port by number or by name; none is the number 0.</summary>
    public static void Port(JsonObject parent, string field, FieldPath path, FieldErrors errors)
    {
        var port = IntOrString.From(parent[field]) ?? default;
        if (port.Text is { } name)
            errors.Invalid(path.Child(field), name, PortRules.Name(name));
        else if (PortRules.Number(port.Number) is { Count: > 0 } faults)
            errors.Invalid(path.Child(field), port.Number, faults[0]);
    }

    /// <summary>A field of which upstream declares that it may not change: what it should have become is not shown (upstream: <c>validate.Immutable</c>).</summary>
    public static void DeclaredImmutable(JsonObject obj, JsonObject old, FieldErrors errors, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            if (!ObjectParts.SamePart(obj, old, field))
                errors.Invalid(FieldPath.Of(field), (JsonNode?)null, IsImmutable);
    }

    /// <summary>A field that may not change.</summary>
    public static void Immutable(JsonObject? parent, JsonObject? old, string field, FieldPath path, FieldErrors errors)
    {
        var (value, before) = (parent?[field], old?[field]);
        if (!JsonEquality.Same(value, before))
            errors.Invalid(path.Child(field), value, IsImmutable);
    }
}
