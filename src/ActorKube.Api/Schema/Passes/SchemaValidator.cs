using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.Api.Schema.Passes;

/// <summary>
/// The validation that follows from the schema alone: required fields, enumerations, and fields that may not change. Runs over an object that
/// has been read and defaulted; what a kind demands beyond that is code of the kind.
/// </summary>
public static class SchemaValidator
{
    /// <summary>Checks a new object.</summary>
    /// <param name="schema">Schema of the kind.</param>
    /// <param name="value">The object.</param>
    /// <returns>One cause per fault, for a 422; empty when there is none.</returns>
    public static FieldErrors Validate(SchemaNode schema, JsonObject value)
    {
        var pass = new Pass(schema);
        pass.Object(value, null, schema);
        return pass.Errors;
    }

    /// <summary>Checks an object that replaces <paramref name="old"/>.</summary>
    /// <inheritdoc cref="Validate"/>
    /// <param name="schema">Schema of the kind.</param>
    /// <param name="value">The new object.</param>
    /// <param name="old">The object as it is stored.</param>
    public static FieldErrors ValidateUpdate(SchemaNode schema, JsonObject value, JsonObject old)
    {
        var pass = new Pass(schema);
        pass.Object(value, old, schema);
        return pass.Errors;
    }

    private sealed class Pass(SchemaNode root)
    {
        public FieldErrors Errors { get; } = new();

        public void Object(JsonObject value, JsonObject? old, SchemaNode schema)
        {
            var definition = schema.Definition!;
            foreach (var required in definition.Enforced)
                if (!value.TryGetPropertyValue(required.Name, out var present) || present is null)
                    Errors.Required(Place(value, required.Name));
            for (var i = 0; i < value.Count; i++)
            {
                var (name, child) = value.GetAt(i);
                if (definition.Find(name) is not { } property)
                    continue;
                JsonNode? before = null;
                var existed = old is not null && old.TryGetPropertyValue(name, out before);
                if ((property.Immutable || property.DeclaredImmutable) && existed && !JsonNode.DeepEquals(child, before))
                    Errors.Invalid(Place(value, name), property.Immutable ? child : null, Wording.Immutable);
                if (child is not null)
                    Value(child, before, property.Node);
            }
        }

        private void Value(JsonNode value, JsonNode? old, SchemaNode schema)
        {
            switch (schema.Type)
            {
                case SchemaType.Object when value is JsonObject o:
                    Object(o, old as JsonObject, schema);
                    break;
                case SchemaType.Array when value is JsonArray a && (schema.Items!.Type is SchemaType.Object or SchemaType.Array || schema.Items.Enum.Length > 0):
                    foreach (var item in a)
                        if (item is not null)
                            Value(item, null, schema.Items);
                    break;
                case SchemaType.Map when value is JsonObject o && schema.Values!.Type is SchemaType.Object or SchemaType.Array:
                    foreach (var (_, item) in o)
                        if (item is not null)
                            Value(item, null, schema.Values!);
                    break;
                case SchemaType.String when schema.Enum.Length > 0:
                    Enumeration(value, schema.Enum);
                    break;
                default:
                    break;
            }
        }

        /// <summary>The empty string passes: upstream cannot tell it from an absent one, and kinds that demand a value say so themselves.</summary>
        private void Enumeration(JsonNode value, ImmutableArray<string> allowed)
        {
            if (value.Text() is { Length: > 0 } text && !allowed.Contains(text))
                Errors.NotSupported(Place(value), text, allowed);
        }

        /// <summary>A place is sought in the lists on the way to it, which is not worth it for what is only counted.</summary>
        private FieldPath Place(JsonNode node, string? key = null) => Errors.IsFull ? FieldPath.Root
            : FieldPath.Of((key is null ? SchemaLocation.Of(root, node) : SchemaLocation.Of(root, (JsonObject)node, key)).Field);
    }
}
