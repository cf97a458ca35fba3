using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Kinds.Storage;

/// <summary>The parameters of classes (upstream: <c>validateParameters</c>).</summary>
internal static class ParameterRules
{
    private const int MaxCount = 512;
    private const int MaxBytes = 256 * 1024;

    /// <summary>Checks parameters.</summary>
    /// <param name="obj">The class.</param>
    /// <param name="allowEmpty">Whether it can do without.</param>
    /// <param name="errors">Where findings go.</param>
    public static void Check(JsonObject obj, bool allowEmpty, FieldErrors errors)
    {
        var path = FieldPath.Of("parameters");
        var parameters = obj.Object("parameters") ?? [];
        if (parameters.Count > MaxCount)
        {
            errors.TooLong(path, MaxCount);
            return;
        }
        var total = 0;
        foreach (var (key, value) in parameters)
        {
            if (key.Length == 0)
                errors.Invalid(path, key, "field can not be empty.");
            total += Encoding.UTF8.GetByteCount(key) + Encoding.UTF8.GetByteCount(value.Text() ?? "");
        }
        if (total > MaxBytes)
            errors.TooLong(path, MaxBytes);
        if (parameters.Count == 0 && !allowEmpty)
            errors.Required(path, "must contain at least one key/value pair");
    }

    /// <summary>Refuses changes of what volumes were made by.</summary>
    public static void Fixed(JsonObject obj, JsonObject old, FieldErrors errors, params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
            if (!ObjectParts.SamePart(obj, old, field))
                errors.Forbidden(FieldPath.Of(field), $"updates to {field} are forbidden.");
    }
}
