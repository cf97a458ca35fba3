using System.Collections.Immutable;
using System.Text.Json;
using ActorKube.Api.OpenApi.Operations;

namespace ActorKube.Api.OpenApi;

/// <summary>Writes the OpenAPI 3.0 document of one group and version.</summary>
internal sealed class V3Document : DocumentWriter
{
    private V3Document(Utf8JsonWriter json, DocumentModel model)
        : base(json, model, v3: true)
    {
    }

    /// <summary>Writes <paramref name="model"/> as JSON, as the document of a server of that version.</summary>
    public static byte[] Write(DocumentModel model, string version) => Write(json => new V3Document(json, model), version);

    /// <inheritdoc/>
    protected override (string Member, string Version) Format => ("openapi", "3.0.0");

    /// <inheritdoc/>
    protected override void Components()
    {
        Json.WriteStartObject("components");
        Definitions("schemas");
        SecuritySchemes("securitySchemes");
        Json.WriteEndObject();
    }

    /// <inheritdoc/>
    protected override void Operation(ApiOperation operation)
    {
        Json.WriteStartObject(operation.Method);
        Json.WriteString("description", operation.Description);
        Json.WriteString("operationId", operation.Id);
        Parameters(operation.Parameters);
        if (operation.Body is { } body)
            Body(body, operation.Consumes);
        Responses(operation);
        Json.WriteStartArray("tags");
        Json.WriteStringValue(operation.Tag);
        Json.WriteEndArray();
        DocumentJson.Extensions(Json, operation);
        Json.WriteEndObject();
    }

    private void Body(ApiBody body, ImmutableArray<string> mediaTypes)
    {
        Json.WriteStartObject("requestBody");
        Json.WriteStartObject("content");
        foreach (var mediaType in mediaTypes)
        {
            Json.WriteStartObject(mediaType);
            Json.WritePropertyName("schema");
            Schemas.Reference(body.Schema.DefinitionName!);
            Json.WriteEndObject();
        }
        Json.WriteEndObject();
        if (body.Required)
            Json.WriteBoolean("required", true);
        Json.WriteEndObject();
    }

    private void Responses(ApiOperation operation)
    {
        Json.WriteStartObject("responses");
        foreach (var code in operation.Codes)
        {
            Json.WriteStartObject(DocumentJson.Code(code));
            Json.WriteStartObject("content");
            foreach (var mediaType in operation.Produces)
            {
                Json.WriteStartObject(mediaType);
                Json.WritePropertyName("schema");
                DocumentJson.Result(Json, Schemas, operation);
                Json.WriteEndObject();
            }
            Json.WriteEndObject();
            Json.WriteString("description", DocumentJson.Reason(code));
            Json.WriteEndObject();
        }
        DocumentJson.Unauthorized(Json);
        Json.WriteEndObject();
    }

    /// <inheritdoc/>
    protected override void Parameters(ImmutableArray<ApiParameter> parameters)
    {
        if (parameters.Length == 0)
            return;
        Json.WriteStartArray("parameters");
        foreach (var parameter in parameters)
        {
            Json.WriteStartObject();
            DocumentJson.ParameterHead(Json, parameter);
            Json.WriteStartObject("schema");
            Json.WriteString("type", parameter.Type);
            Json.WriteBoolean("uniqueItems", true);
            Json.WriteEndObject();
            Json.WriteEndObject();
        }
        Json.WriteEndArray();
    }
}
