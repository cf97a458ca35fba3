using System.Collections.Immutable;
using System.Text.Json;
using ActorKube.Api.OpenApi.Operations;
using ActorKube.Api.Schema.Image;

namespace ActorKube.Api.OpenApi;

/// <summary>Writes the OpenAPI 3.0 document of one group and version.</summary>
internal sealed class V3Document
{
    private readonly Utf8JsonWriter _json;
    private readonly DocumentModel _model;
    private readonly SchemaWriter _schemas;

    private V3Document(Utf8JsonWriter json, DocumentModel model)
    {
        _json = json;
        _model = model;
        _schemas = new SchemaWriter(json, SchemaDescriptions.Load(), v3: true);
    }

    /// <summary>Writes <paramref name="model"/> as JSON, as the document of a server of that version.</summary>
    public static byte[] Write(DocumentModel model, string version)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, DocumentJson.Options))
            new V3Document(json, model).Document(version);
        return stream.ToArray();
    }

    private void Document(string version)
    {
        _json.WriteStartObject();
        _json.WriteString("openapi", "3.0.0");
        DocumentJson.Info(_json, version);
        _json.WriteStartObject("paths");
        foreach (var path in _model.Paths)
            Path(path);
        _json.WriteEndObject();
        _json.WriteStartObject("components");
        _json.WriteStartObject("schemas");
        foreach (var node in _model.Definitions.Nodes)
        {
            _json.WritePropertyName(node.DefinitionName!);
            _schemas.Definition(node, _model.KindsOf(node.Definition!));
        }
        _json.WriteEndObject();
        _json.WriteStartObject("securitySchemes");
        DocumentJson.BearerToken(_json);
        _json.WriteEndObject();
        _json.WriteEndObject();
        DocumentJson.Security(_json);
        _json.WriteEndObject();
    }

    private void Path(ApiPath path)
    {
        _json.WriteStartObject(path.Path);
        foreach (var operation in path.Operations)
            Operation(operation);
        Parameters(path.Parameters);
        _json.WriteEndObject();
    }

    private void Operation(ApiOperation operation)
    {
        _json.WriteStartObject(operation.Method);
        _json.WriteString("description", operation.Description);
        _json.WriteString("operationId", operation.Id);
        Parameters(operation.Parameters);
        if (operation.Body is { } body)
            Body(body, operation.Consumes);
        Responses(operation);
        _json.WriteStartArray("tags");
        _json.WriteStringValue(operation.Tag);
        _json.WriteEndArray();
        DocumentJson.Extensions(_json, operation);
        _json.WriteEndObject();
    }

    private void Body(ApiBody body, ImmutableArray<string> mediaTypes)
    {
        _json.WriteStartObject("requestBody");
        _json.WriteStartObject("content");
        foreach (var mediaType in mediaTypes)
        {
            _json.WriteStartObject(mediaType);
            _json.WritePropertyName("schema");
            _schemas.Reference(body.Schema.DefinitionName!);
            _json.WriteEndObject();
        }
        _json.WriteEndObject();
        if (body.Required)
            _json.WriteBoolean("required", true);
        _json.WriteEndObject();
    }

    private void Responses(ApiOperation operation)
    {
        _json.WriteStartObject("responses");
        foreach (var code in operation.Codes)
        {
            _json.WriteStartObject(DocumentJson.Code(code));
            _json.WriteStartObject("content");
            foreach (var mediaType in operation.Produces)
            {
                _json.WriteStartObject(mediaType);
                _json.WritePropertyName("schema");
                DocumentJson.Result(_json, _schemas, operation);
                _json.WriteEndObject();
            }
            _json.WriteEndObject();
            _json.WriteString("description", DocumentJson.Reason(code));
            _json.WriteEndObject();
        }
        DocumentJson.Unauthorized(_json);
        _json.WriteEndObject();
    }

    private void Parameters(ImmutableArray<ApiParameter> parameters)
    {
        if (parameters.Length == 0)
            return;
        _json.WriteStartArray("parameters");
        foreach (var parameter in parameters)
        {
            _json.WriteStartObject();
            DocumentJson.ParameterHead(_json, parameter);
            _json.WriteStartObject("schema");
            _json.WriteString("type", parameter.Type);
            _json.WriteBoolean("uniqueItems", true);
            _json.WriteEndObject();
            _json.WriteEndObject();
        }
        _json.WriteEndArray();
    }
}
