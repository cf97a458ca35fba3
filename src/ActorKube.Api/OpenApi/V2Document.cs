using System.Collections.Immutable;
using System.Text.Json;
using ActorKube.Api.OpenApi.Operations;
using ActorKube.Api.Schema.Image;

namespace ActorKube.Api.OpenApi;

/// <summary>Writes the OpenAPI 2.0 document.</summary>
internal sealed class V2Document
{
    private readonly Utf8JsonWriter _json;
    private readonly DocumentModel _model;
    private readonly SchemaWriter _schemas;

    private V2Document(Utf8JsonWriter json, DocumentModel model)
    {
        _json = json;
        _model = model;
        _schemas = new SchemaWriter(json, SchemaDescriptions.Load(), v3: false);
    }

    /// <summary>Writes <paramref name="model"/> as JSON, as the document of a server of that version.</summary>
    public static byte[] Write(DocumentModel model, string version)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, DocumentJson.Options))
            new V2Document(json, model).Document(version);
        return stream.ToArray();
    }

    private void Document(string version)
    {
        _json.WriteStartObject();
        _json.WriteString("swagger", "2.0");
        DocumentJson.Info(_json, version);
        _json.WriteStartObject("paths");
        foreach (var path in _model.Paths)
            Path(path);
        _json.WriteEndObject();
        _json.WriteStartObject("definitions");
        foreach (var node in _model.Definitions.Nodes)
        {
            _json.WritePropertyName(node.DefinitionName!);
            _schemas.Definition(node, _model.KindsOf(node.Definition!));
        }
        _json.WriteEndObject();
        SharedParameters();
        _json.WriteStartObject("securityDefinitions");
        DocumentJson.BearerToken(_json);
        _json.WriteEndObject();
        DocumentJson.Security(_json);
        _json.WriteEndObject();
    }

    private void Path(ApiPath path)
    {
        _json.WriteStartObject(path.Path);
        foreach (var operation in path.Operations)
            Operation(operation);
        Parameters(path.Parameters, null);
        _json.WriteEndObject();
    }

    private void Operation(ApiOperation operation)
    {
        _json.WriteStartObject(operation.Method);
        Strings("consumes", operation.Consumes);
        _json.WriteString("description", operation.Description);
        _json.WriteString("operationId", operation.Id);
        Parameters(operation.Parameters, operation.Body);
        Strings("produces", operation.Produces);
        Responses(operation);
        Strings("schemes", ["https"]);
        Strings("tags", [operation.Tag]);
        DocumentJson.Extensions(_json, operation);
        _json.WriteEndObject();
    }

    private void Responses(ApiOperation operation)
    {
        _json.WriteStartObject("responses");
        foreach (var code in operation.Codes)
        {
            _json.WriteStartObject(DocumentJson.Code(code));
            _json.WriteString("description", DocumentJson.Reason(code));
            _json.WritePropertyName("schema");
            DocumentJson.Result(_json, _schemas, operation);
            _json.WriteEndObject();
        }
        DocumentJson.Unauthorized(_json);
        _json.WriteEndObject();
    }

    private void Parameters(ImmutableArray<ApiParameter> parameters, ApiBody? body)
    {
        if (parameters.Length == 0 && body is null)
            return;
        _json.WriteStartArray("parameters");
        if (body?.Shared is { } key)
            SharedReference(key);
        else if (body is not null)
            Body(body);
        foreach (var parameter in parameters)
            if (parameter.Shared is { } shared)
                SharedReference(shared);
            else
                Parameter(parameter);
        _json.WriteEndArray();
    }

    private void SharedReference(string key)
    {
        _json.WriteStartObject();
        _json.WriteString("$ref", "#/parameters/" + key);
        _json.WriteEndObject();
    }

    private void SharedParameters()
    {
        var all = _model.Paths.SelectMany(p => p.Parameters.Concat(p.Operations.SelectMany(o => o.Parameters))).Where(p => p.Shared is not null);
        var bodies = _model.Paths.SelectMany(p => p.Operations).Select(o => o.Body).Where(b => b?.Shared is not null);
        _json.WriteStartObject("parameters");
        foreach (var body in bodies.DistinctBy(b => b!.Shared).OrderBy(b => b!.Shared, StringComparer.Ordinal))
        {
            _json.WritePropertyName(body!.Shared!);
            Body(body);
        }
        foreach (var parameter in all.DistinctBy(p => p.Shared).OrderBy(p => p.Shared, StringComparer.Ordinal))
        {
            _json.WritePropertyName(parameter.Shared!);
            Parameter(parameter);
        }
        _json.WriteEndObject();
    }

    private void Body(ApiBody body)
    {
        _json.WriteStartObject();
        _json.WriteString("in", "body");
        _json.WriteString("name", "body");
        if (body.Required)
            _json.WriteBoolean("required", true);
        _json.WritePropertyName("schema");
        _schemas.Reference(body.Schema.DefinitionName!);
        _json.WriteEndObject();
    }

    private void Parameter(ApiParameter parameter)
    {
        _json.WriteStartObject();
        DocumentJson.ParameterHead(_json, parameter);
        _json.WriteString("type", parameter.Type);
        _json.WriteBoolean("uniqueItems", true);
        _json.WriteEndObject();
    }

    private void Strings(string name, ImmutableArray<string> values)
    {
        _json.WriteStartArray(name);
        foreach (var value in values)
            _json.WriteStringValue(value);
        _json.WriteEndArray();
    }
}
