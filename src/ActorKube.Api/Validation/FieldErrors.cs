using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;

namespace ActorKube.Api.Validation;

/// <summary>
/// Collects what is wrong with an object, in upstream's words (<c>validation/field</c>). Every method adds one cause; nothing throws until
/// <see cref="ThrowIfAny"/>. What goes beyond <see cref="MostCauses"/> or <see cref="MostText"/> is counted but neither written nor kept,
/// so that an object with a fault in every line costs no more than one pass over it.
/// </summary>
public sealed class FieldErrors
{
    /// <summary>As many causes are kept.</summary>
    public const int MostCauses = 256;

    /// <summary>Once the kept causes have as many characters, no further one is kept.</summary>
    public const int MostText = 256 * 1024;

    private readonly List<StatusCause> _causes = [];
    private int _text;

    /// <summary>How many errors have been found, kept or not.</summary>
    public int Count => _causes.Count + LeftOut;

    /// <summary>How many errors have been found beyond those kept.</summary>
    public int LeftOut { get; private set; }

    /// <summary>Whether further errors are only counted.</summary>
    public bool IsFull => _causes.Count >= MostCauses || _text >= MostText;

    /// <summary>What has been found so far, as far as it is kept.</summary>
    public ImmutableArray<StatusCause> Causes => [.. _causes];

    /// <summary>A field that has to be there is missing or empty.</summary>
    public void Required(FieldPath field, string detail = "") => Add(CauseType.FieldValueRequired, field, static () => "Required value", detail);

    /// <summary>A malformed text.</summary>
    public void Invalid(FieldPath field, string value, string detail) => Add(CauseType.FieldValueInvalid, field, () => $"Invalid value: {GoText.Quote(value)}", detail);

    /// <summary>A number out of its range.</summary>
    public void Invalid(FieldPath field, long value, string detail) =>
        Add(CauseType.FieldValueInvalid, field, () => $"Invalid value: {value.ToString(CultureInfo.InvariantCulture)}", detail);

    /// <summary>A bad value of any kind; strings are quoted, everything else is shown as JSON.</summary>
    public void Invalid(FieldPath field, JsonNode? value, string detail) => Add(CauseType.FieldValueInvalid, field, () => $"Invalid value: {Show(value)}", detail);

    /// <summary>A bad value that is not repeated.</summary>
    public void InvalidUnshown(FieldPath field, string detail) => Add(CauseType.FieldValueInvalid, field, static () => "Invalid value", detail);

    /// <summary>One error for each of several sentences about the same text, as the name rules return them.</summary>
    public void Invalid(FieldPath field, string value, IEnumerable<string> details)
    {
        foreach (var detail in details)
            Invalid(field, value, detail);
    }

    /// <summary>A text outside its enumeration.</summary>
    public void NotSupported(FieldPath field, string value, params IEnumerable<string> supported) => NotSupportedAs(field, () => GoText.Quote(value), supported);

    /// <summary>A value of any kind outside its enumeration; strings are quoted, everything else is shown as JSON.</summary>
    public void NotSupported(FieldPath field, JsonNode? value, params IEnumerable<string> supported) => NotSupportedAs(field, () => Show(value), supported);

    /// <summary>A value that other fields or a policy do not allow.</summary>
    public void Forbidden(FieldPath field, string detail) => Add(CauseType.FieldValueForbidden, field, static () => "Forbidden", detail);

    /// <summary>A text that repeats one that has to be unique.</summary>
    public void Duplicate(FieldPath field, string value) => Add(CauseType.FieldValueDuplicate, field, () => $"Duplicate value: {GoText.Quote(value)}", "");

    /// <summary>A value that repeats one that has to be unique.</summary>
    public void Duplicate(FieldPath field, JsonNode? value, string detail = "") => Add(CauseType.FieldValueDuplicate, field, () => $"Duplicate value: {Show(value)}", detail);

    /// <summary>A reference to something that is not there.</summary>
    public void NotFound(FieldPath field, string value, string detail = "") => Add(CauseType.FieldValueNotFound, field, () => $"Not found: {GoText.Quote(value)}", detail);

    /// <summary>A text with too many bytes; the text is not repeated.</summary>
    public void TooLong(FieldPath field, int maxBytes) =>
        Add(CauseType.FieldValueTooLong, field, static () => "Too long", $"may not be more than {maxBytes} {(maxBytes == 1 ? "byte" : "bytes")}");

    /// <summary>A list with too many items.</summary>
    public void TooMany(FieldPath field, int actual, int max) =>
        Add(CauseType.FieldValueTooMany, field, () => $"Too many: {actual}", $"must have at most {max} {(max == 1 ? "item" : "items")}");

    /// <summary>Adds what another validation found.</summary>
    /// <param name="other">The other validation.</param>
    /// <param name="but">Which of its causes are not added; null for none.</param>
    public void AddRange(FieldErrors other, Func<StatusCause, bool>? but = null)
    {
        foreach (var cause in other._causes)
            if (but?.Invoke(cause) != true)
                Add(cause);
        LeftOut += other.LeftOut;
    }

    private void Add(StatusCause cause)
    {
        if (IsFull)
        {
            LeftOut++;
            return;
        }
        _text += cause.Message.Length + (cause.Field?.Length ?? 0);
        _causes.Add(cause);
    }

    /// <summary>422 when anything was found.</summary>
    /// <param name="group">API group of the object.</param>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="name">Name of the object.</param>
    /// <exception cref="ApiException">One cause per error.</exception>
    public void ThrowIfAny(string group, string kind, string name)
    {
        if (_causes.Count > 0)
            throw ApiErrors.Invalid(group, kind, name, Causes, LeftOut);
    }

    private void Add(string reason, FieldPath field, Func<string> body, string detail)
    {
        if (IsFull)
            LeftOut++;
        else
            Add(new StatusCause(reason, detail.Length == 0 ? body() : $"{body()}: {detail}", field.ToString()));
    }

    private void NotSupportedAs(FieldPath field, Func<string> shown, IEnumerable<string> supported) => Add(CauseType.FieldValueNotSupported, field, () =>
    {
        var values = string.Join(", ", supported.Select(GoText.Quote));
        return $"Unsupported value: {shown()}{(values.Length == 0 ? "" : $": supported values: {values}")}";
    }, "");

    private static string Show(JsonNode? value) => value.Text() is { } text ? GoText.Quote(text) : GoText.Json(value);
}
