using System.Text.Json;

namespace ActorKube.Api.OpenApi.Protobuf;

/// <summary>
/// Turns an OpenAPI 2.0 document from JSON into the protobuf message <c>openapi.v2.Document</c> of gnostic. It knows what our documents
/// contain; anything else is an error. Field numbers are those of gnostic's <c>openapiv2/OpenAPIv2.proto</c>.
/// </summary>
internal static class GnosticEncoder
{
    private delegate void Encoding(ProtoWriter to, JsonElement value);

    public static byte[] Encode(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var to = new ProtoWriter();
        foreach (var member in document.RootElement.EnumerateObject())
            DocumentMember(to, member);
        return to.ToArray();
    }

    private static void DocumentMember(ProtoWriter to, JsonProperty member)
    {
        switch (member.Name)
        {
            case "swagger": to.Text(1, member.Value.GetString()!); break;
            case "info": Message(to, 2, member.Value, Info); break;
            case "paths": Wrapped(to, 8, 2, member.Value, PathItem); break;
            case "definitions": Wrapped(to, 9, 1, member.Value, Schema); break;
            case "parameters": Wrapped(to, 10, 1, member.Value, Parameter); break;
            case "security": Each(to, 12, member.Value, (w, v) => Named(w, 1, v, (inner, scopes) => Texts(inner, 1, scopes))); break;
            case "securityDefinitions": Wrapped(to, 13, 1, member.Value, (w, v) => Message(w, 2, v, ApiKey)); break;
            default: throw Unknown("a document", member);
        }
    }

    private static void Info(ProtoWriter to, JsonElement info) => Members(to, info, static (w, m) => m.Name switch
    {
        "title" => Text(w, 1, m),
        "version" => Text(w, 2, m),
        _ => false,
    });

    private static void ApiKey(ProtoWriter to, JsonElement key) => Members(to, key, static (w, m) => m.Name switch
    {
        "type" => Text(w, 1, m),
        "name" => Text(w, 2, m),
        "in" => Text(w, 3, m),
        "description" => Text(w, 4, m),
        _ => false,
    });

    private static void PathItem(ProtoWriter to, JsonElement item) => Members(to, item, static (w, m) => m.Name switch
    {
        "get" => Message(w, 2, m.Value, Operation),
        "put" => Message(w, 3, m.Value, Operation),
        "post" => Message(w, 4, m.Value, Operation),
        "delete" => Message(w, 5, m.Value, Operation),
        "patch" => Message(w, 8, m.Value, Operation),
        "parameters" => Each(w, 9, m.Value, ParametersItem),
        _ => false,
    });

    private static void Operation(ProtoWriter to, JsonElement operation) => Members(to, operation, static (w, m) => m.Name switch
    {
        "tags" => Texts(w, 1, m.Value),
        "description" => Text(w, 3, m),
        "operationId" => Text(w, 5, m),
        "produces" => Texts(w, 6, m.Value),
        "consumes" => Texts(w, 7, m.Value),
        "parameters" => Each(w, 8, m.Value, ParametersItem),
        "responses" => Wrapped(w, 9, 1, m.Value, (inner, v) => Message(inner, 1, v, Response)),
        "schemes" => Texts(w, 10, m.Value),
        _ => Extension(w, 13, m),
    });

    private static void Response(ProtoWriter to, JsonElement response) => Members(to, response, static (w, m) => m.Name switch
    {
        "description" => Text(w, 1, m),
        "schema" => Message(w, 2, m.Value, (inner, v) => Message(inner, 1, v, Schema)),
        _ => false,
    });

    private static void ParametersItem(ProtoWriter to, JsonElement item)
    {
        if (item.TryGetProperty("$ref", out var reference))
            Message(to, 2, reference, (w, v) => w.Text(1, v.GetString()!));
        else
            Message(to, 1, item, Parameter);
    }

    private static void Parameter(ProtoWriter to, JsonElement parameter)
    {
        switch (parameter.GetProperty("in").GetString())
        {
            case "body": Message(to, 1, parameter, BodyParameter); break;
            case "query": Message(to, 2, parameter, (w, v) => Message(w, 3, v, (inner, p) => PlainParameter(inner, p, type: 6, unique: 20))); break;
            case "path": Message(to, 2, parameter, (w, v) => Message(w, 4, v, (inner, p) => PlainParameter(inner, p, type: 5, unique: 19))); break;
            case var place: throw new FormatException($"A parameter in {place} cannot be encoded.");
        }
    }

    private static void BodyParameter(ProtoWriter to, JsonElement body) => Members(to, body, static (w, m) => m.Name switch
    {
        "description" => Text(w, 1, m),
        "name" => Text(w, 2, m),
        "in" => Text(w, 3, m),
        "required" => Bool(w, 4, m),
        "schema" => Message(w, 5, m.Value, Schema),
        _ => false,
    });

    /// <summary>The messages of query and path parameters differ in the numbers behind the first four fields.</summary>
    private static void PlainParameter(ProtoWriter to, JsonElement parameter, int type, int unique) => Members(to, parameter, (w, m) => m.Name switch
    {
        "required" => Bool(w, 1, m),
        "in" => Text(w, 2, m),
        "description" => Text(w, 3, m),
        "name" => Text(w, 4, m),
        "type" => Text(w, type, m),
        "uniqueItems" => Bool(w, unique, m),
        _ => false,
    });

    private static void Schema(ProtoWriter to, JsonElement schema) => Members(to, schema, static (w, m) => m.Name switch
    {
        "$ref" => Text(w, 1, m),
        "format" => Text(w, 2, m),
        "description" => Text(w, 4, m),
        "required" => Texts(w, 19, m.Value),
        "enum" => Each(w, 20, m.Value, Any),
        "additionalProperties" => Message(w, 21, m.Value, (inner, v) => Message(inner, 1, v, Schema)),
        "type" => Message(w, 22, m.Value, (inner, v) => inner.Text(1, v.GetString()!)),
        "items" => Message(w, 23, m.Value, (inner, v) => Message(inner, 1, v, Schema)),
        "properties" => Wrapped(w, 25, 1, m.Value, Schema),
        _ => Extension(w, 31, m),
    });

    /// <summary>Free-form values travel as YAML text; JSON is YAML.</summary>
    private static void Any(ProtoWriter to, JsonElement value) => to.Text(2, value.GetRawText());

    private static bool Extension(ProtoWriter to, int field, JsonProperty member)
    {
        if (!member.Name.StartsWith("x-", StringComparison.Ordinal))
            return false;
        var start = to.Begin(field);
        to.Text(1, member.Name);
        Message(to, 2, member.Value, Any);
        to.End(start);
        return true;
    }

    private static void Members(ProtoWriter to, JsonElement value, Func<ProtoWriter, JsonProperty, bool> encode)
    {
        foreach (var member in value.EnumerateObject())
            if (!encode(to, member))
                throw Unknown("a document's part", member);
    }

    private static bool Text(ProtoWriter to, int field, JsonProperty member)
    {
        to.Text(field, member.Value.GetString()!);
        return true;
    }

    private static bool Bool(ProtoWriter to, int field, JsonProperty member)
    {
        to.Bool(field, member.Value.GetBoolean());
        return true;
    }

    private static bool Texts(ProtoWriter to, int field, JsonElement values)
    {
        foreach (var value in values.EnumerateArray())
            to.Text(field, value.GetString()!);
        return true;
    }

    private static bool Message(ProtoWriter to, int field, JsonElement value, Encoding encode)
    {
        var start = to.Begin(field);
        encode(to, value);
        to.End(start);
        return true;
    }

    private static bool Each(ProtoWriter to, int field, JsonElement values, Encoding encode)
    {
        foreach (var value in values.EnumerateArray())
            Message(to, field, value, encode);
        return true;
    }

    /// <summary>The members of an object as repeated messages of a name (1) and a value (2).</summary>
    private static void Named(ProtoWriter to, int field, JsonElement members, Encoding encode)
    {
        foreach (var member in members.EnumerateObject())
        {
            var start = to.Begin(field);
            to.Text(1, member.Name);
            Message(to, 2, member.Value, encode);
            to.End(start);
        }
    }

    /// <summary>Named members inside a message of their own.</summary>
    private static bool Wrapped(ProtoWriter to, int field, int innerField, JsonElement members, Encoding encode) =>
        Message(to, field, members, (w, v) => Named(w, innerField, v, encode));

    private static FormatException Unknown(string where, JsonProperty member) => new($"'{member.Name}' in {where} cannot be encoded.");
}
