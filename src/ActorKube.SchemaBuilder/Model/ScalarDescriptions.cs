using ActorKube.Api.Schema;

namespace ActorKube.SchemaBuilder.Model;

/// <summary>Descriptions of the definitions that are no classes of the package: scalars with a meaning of their own, and free-form values.</summary>
internal static class ScalarDescriptions
{
    public static string Of(SchemaType type, string name) => (type, name) switch
    {
        (SchemaType.Quantity, _) => "An amount: a decimal number with an optional suffix, either a power of ten (n, u, m, k, M, G, T, P, E), a power of two "
            + "(Ki, Mi, Gi, Ti, Pi, Ei) or an exponent (e3). Examples: 500m, 2Gi, 1.5, 1e6.",
        (SchemaType.IntOrString, _) => "A whole number, or a string whose meaning the field defines, such as a percentage or the name of a port.",
        (SchemaType.String, "Time") => "A point in time with a resolution of one second, in RFC 3339 form.",
        (SchemaType.String, "MicroTime") => "A point in time with a resolution of one microsecond, in RFC 3339 form.",
        (SchemaType.AnyObject, "FieldsV1") => "A set of fields as a trie: each key is a field (f:), a list item by key (k:), by value (v:) or by index (i:), or a dot for the node itself.",
        (SchemaType.AnyObject, "RawExtension") => "An object of any kind, kept as it is.",
        (SchemaType.AnyObject, "Patch") => "The body of a PATCH request.",
        (SchemaType.AnyObject, _) => "An object without further fields.",
        (SchemaType.Any, "JSON") => "Any JSON value: null, a boolean, a number, a string, an array or an object.",
        (SchemaType.Any, "JSONSchemaPropsOrArray") => "A JSON schema, or an array of them.",
        (SchemaType.Any, "JSONSchemaPropsOrBool") => "A JSON schema, or a boolean.",
        (SchemaType.Any, "JSONSchemaPropsOrStringArray") => "A JSON schema, or an array of strings.",
        _ => throw new FormatException($"no description for {name}"),
    };
}
