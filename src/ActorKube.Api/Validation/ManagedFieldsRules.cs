using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Validation;

/// <summary>Validation of <c>metadata.managedFields</c> and of the names of field managers.</summary>
public static class ManagedFieldsRules
{
    private const int MaxManager = 128;
    private const int MaxSubresource = 256;

    /// <summary>The name of a field manager, from an object or from the query.</summary>
    public static void ValidateManager(string manager, FieldPath path, FieldErrors errors)
    {
        if (Encoding.UTF8.GetByteCount(manager) > MaxManager)
            errors.TooLong(path, MaxManager);
        var position = 0;
        foreach (var rune in manager.EnumerateRunes())
        {
            if (!GoText.IsPrintable(rune))
                errors.Invalid(path, manager, $"invalid character U+{rune.Value:X4} (at position {position})");
            position += rune.Utf8SequenceLength;
        }
    }

    internal static void Validate(JsonArray? entries, FieldPath path, FieldErrors errors)
    {
        if (entries is null)
            return;
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i] is not JsonObject entry)
                continue;
            var at = path.Index(i);
            var operation = entry.Text("operation") ?? "";
            if (operation.Length == 0)
                errors.Required(at.Child("operation"), "must not be empty");
            else if (operation is not ("Apply" or "Update"))
                errors.NotSupported(at.Child("operation"), operation, "Apply", "Update");
            if (entry.Text("fieldsType") is { Length: > 0 } type and not "FieldsV1")
                errors.Invalid(at.Child("fieldsType"), type, "must be `FieldsV1`");
            ValidateManager(entry.Text("manager") ?? "", at.Child("manager"), errors);
            if (Encoding.UTF8.GetByteCount(entry.Text("subresource") ?? "") > MaxSubresource)
                errors.TooLong(at.Child("subresource"), MaxSubresource);
        }
    }
}
