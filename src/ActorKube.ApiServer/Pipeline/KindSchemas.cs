using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Schema;
using ActorKube.Api.Schema.Passes;
using ActorKube.Api.Validation;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>The steps of the pipeline that a kind's schema drives.</summary>
internal sealed class KindSchemas(SchemaRegistry registry)
{
    /// <summary>The schema of a kind that is served.</summary>
    public SchemaNode Of(GroupVersionKind kind) => registry.Find(kind) ?? throw new InvalidOperationException($"{kind} is served but has no schema.");

    /// <summary>Fills in static defaults; idempotent.</summary>
    public void ApplyDefaults(GroupVersionKind kind, JsonObject obj) => Defaulter.Apply(Of(kind), obj);

    /// <summary>Refuses an object that violates its schema or whatever else has been found wrong with it.</summary>
    /// <param name="kind">Kind of the object.</param>
    /// <param name="name">Name of the object.</param>
    /// <param name="obj">The object.</param>
    /// <param name="old">Its present state; null when it is created.</param>
    /// <param name="errors">What the kind's own rules have found.</param>
    /// <exception cref="ApiException">422 with one cause per fault.</exception>
    public void Validate(GroupVersionKind kind, string name, JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        // Who hears of so many faults already does not miss those of the schema.
        if (!errors.IsFull)
            AddSchemas(Of(kind), obj, old, errors);
        errors.ThrowIfAny(kind.Group, kind.Kind, name);
    }

    // Upstream finds fault with a strategy as a whole where the schema does with its type.
    private static bool IsToldOfTheWhole(HashSet<string> values, StatusCause cause) =>
        cause is { Reason: CauseType.FieldValueNotSupported, Field: { } field } && field.EndsWith(".type", StringComparison.Ordinal) && values.Contains(field[..^".type".Length]);

    // A missing field is often found by both; the kind's own rule says more about it.
    private static void AddSchemas(SchemaNode schema, JsonObject obj, JsonObject? old, FieldErrors errors)
    {
        var found = old is null ? SchemaValidator.Validate(schema, obj) : SchemaValidator.ValidateUpdate(schema, obj, old);
        if (found.Count == 0)
            return;
        var own = errors.Causes.Select(static c => c.Field ?? "").ToHashSet();
        var values = errors.Causes.Where(static c => c.Reason is CauseType.FieldValueInvalid or CauseType.FieldValueNotSupported).Select(static c => c.Field ?? "").ToHashSet();
        errors.AddRange(found, but: c => own.Contains(c.Field ?? "") || own.Any(o => IsSamePlace(o, c.Field ?? "")) || IsToldOfTheWhole(values, c));
    }

    // Upstream's own rules leave out here and there which item of a list is wrong; the schema never does.
    private static bool IsSamePlace(string said, string exact)
    {
        var at = 0;
        for (var i = 0; i < exact.Length; i++)
            if (at < said.Length && said[at] == exact[i])
                at++;
            else if (exact[i] == '[' && exact.IndexOf(']', i) is > 0 and var end)
                i = end;
            else
                return false;
        return at == said.Length;
    }
}
