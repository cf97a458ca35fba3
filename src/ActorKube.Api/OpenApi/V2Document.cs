using System.Collections.Immutable;
using System.Text.Json;
using ActorKube.Api.OpenApi.Operations;

namespace ActorKube.Api.OpenApi;

/// <summary>Writes the OpenAPI 2.0 document.</summary>
internal sealed class V2Document : DocumentWriter
{
    private V2Document(Utf8JsonWriter json, DocumentModel model)
        : base(json, model, v3: false)
    {
    }

    /// <summary>Writes <paramref name="model"/> as JSON, as the document of a server of that version.</summary>
    public static byte[] Write(DocumentModel model, string version) => Write(json => new V2Document(json, model), version);

    /// <inheritdoc/>
    protected override (string Member, string Version) Format => ("swagger", "2.0");

    /// <inheritdoc/>
    protected override void Components()
    {
        Definitions("definitions");
        SharedParameters();
        SecuritySchemes("securityDefinitions");
    }

    /// <inheritdoc/>
    protected override void Parameters(ImmutableArray<ApiParameter> parameters) => Parameters(parameters, null);

    /// <inheritdoc/>
    protected override void Operation(ApiOperation operation)
    {
        Json.WriteStartObject(operation.Method);
        Strings("consumes", operation.Consumes);
        Json.WriteString("description", operation.Description);
        Json.WriteString("operationId", operation.Id);
        Parameters(operation.Parameters, operation.Body);
        Strings("produces", operation.Produces);
        Responses(operation);
        Strings("schemes", ["https"]);
        Strings("tags", [operation.Tag]);
        DocumentJson.Extensions(Json, operation);
        Json.WriteEndObject();
    }

    private void Responses(ApiOperation operation)
    {
        Json.WriteStartObject("responses");
        foreach (var code in operation.Codes)
        {
            Json.WriteStartObject(DocumentJson.Code(code));
            Json.WriteString("description", DocumentJson.Reason(code));
            Json.WritePropertyName("schema");
            DocumentJson.Result(Json, Schemas, operation);
            Json.WriteEndObject();
        }
        DocumentJson.Unauthorized(Json);
        Json.WriteEndObject();
    }

    private void Parameters(ImmutableArray<ApiParameter> parameters, ApiBody? body)
    {
        if (parameters.Length == 0 && body is null)
            return;
        Json.WriteStartArray("parameters");
        if (body?.Shared is { } key)
            SharedReference(key);
        else if (body is not null)
            Body(body);
        foreach (var parameter in parameters)
            if (parameter.Shared is { } shared)
                SharedReference(shared);
            else
                Parameter(parameter);
        Json.WriteEndArray();
    }

    private void SharedReference(string key)
    {
        Json.WriteStartObject();
        Json.WriteString("$ref", "#/parameters/" + key);
        Json.WriteEndObject();
    }

    private void SharedParameters()
    {
        var all = Model.Paths.SelectMany(p => p.Parameters.Concat(p.Operations.SelectMany(o => o.Parameters))).Where(p => p.Shared is not null);
        var bodies = Model.Paths.SelectMany(p => p.Operations).Select(o => o.Body).Where(b => b?.Shared is not null);
        Json.WriteStartObject("parameters");
        foreach (var body in bodies.DistinctBy(b => b!.Shared).OrderBy(b => b!.Shared, StringComparer.Ordinal))
        {
            Json.WritePropertyName(body!.Shared!);
            Body(body);
        }
        foreach (var parameter in all.DistinctBy(p => p.Shared).OrderBy(p => p.Shared, StringComparer.Ordinal))
        {
            Json.WritePropertyName(parameter.Shared!);
            Parameter(parameter);
        }
        Json.WriteEndObject();
    }

    private void Body(ApiBody body)
    {
        Json.WriteStartObject();
        Json.WriteString("in", "body");
        Json.WriteString("name", "body");
        if (body.Required)
            Json.WriteBoolean("required", true);
        Json.WritePropertyName("schema");
        Schemas.Reference(body.Schema.DefinitionName!);
        Json.WriteEndObject();
    }

    private void Parameter(ApiParameter parameter)
    {
        Json.WriteStartObject();
        DocumentJson.ParameterHead(Json, parameter);
        Json.WriteString("type", parameter.Type);
        Json.WriteBoolean("uniqueItems", true);
        Json.WriteEndObject();
    }

    private void Strings(string name, ImmutableArray<string> values)
    {
        Json.WriteStartArray(name);
        foreach (var value in values)
            Json.WriteStringValue(value);
        Json.WriteEndArray();
    }
}
