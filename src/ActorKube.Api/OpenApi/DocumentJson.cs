using System.Text.Encodings.Web;
using System.Text.Json;
using ActorKube.Api.OpenApi.Operations;

namespace ActorKube.Api.OpenApi;

/// <summary>What the documents of both versions write alike.</summary>
internal static class DocumentJson
{
    // The documents are never embedded in HTML, and every escape would cost six bytes.
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Info(Utf8JsonWriter json, string version)
    {
        json.WriteStartObject("info");
        json.WriteString("title", "Kubernetes");
        json.WriteString("version", version);
        json.WriteEndObject();
    }

    public static void BearerToken(Utf8JsonWriter json)
    {
        json.WriteStartObject("BearerToken");
        json.WriteString("description", "Bearer Token authentication");
        json.WriteString("in", "header");
        json.WriteString("name", "authorization");
        json.WriteString("type", "apiKey");
        json.WriteEndObject();
    }

    public static void Security(Utf8JsonWriter json)
    {
        json.WriteStartArray("security");
        json.WriteStartObject();
        json.WriteStartArray("BearerToken");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    public static void Extensions(Utf8JsonWriter json, ApiOperation operation)
    {
        if (operation.Action is { } action)
            json.WriteString("x-kubernetes-action", action);
        if (operation.Kind is not { } kind)
            return;
        json.WritePropertyName("x-kubernetes-group-version-kind");
        SchemaWriter.KindObject(json, kind);
    }

    /// <summary>Writes the schema of what an operation answers: an object, or text.</summary>
    public static void Result(Utf8JsonWriter json, SchemaWriter schemas, ApiOperation operation)
    {
        if (operation.Result?.DefinitionName is { } name)
        {
            schemas.Reference(name);
            return;
        }
        json.WriteStartObject();
        json.WriteString("type", operation.Action == "list" ? "object" : "string");
        json.WriteEndObject();
    }

    public static void ParameterHead(Utf8JsonWriter json, ApiParameter parameter)
    {
        json.WriteString("description", parameter.Description);
        json.WriteString("in", parameter.In);
        json.WriteString("name", parameter.Name);
        if (parameter.Required)
            json.WriteBoolean("required", true);
    }

    public static void Unauthorized(Utf8JsonWriter json)
    {
        json.WriteStartObject("401");
        json.WriteString("description", "Unauthorized");
        json.WriteEndObject();
    }

    public static string Code(int code) => code.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static string Reason(int code) => code switch
    {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "Not a code of success."),
    };
}
