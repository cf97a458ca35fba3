using System.Collections.Immutable;
using System.Text.Json;
using ActorKube.Api.OpenApi.Operations;
using ActorKube.Api.Schema.Image;

namespace ActorKube.Api.OpenApi;

/// <summary>What the documents of both OpenAPI versions have in common: their frame, paths and definitions. How operations are written is for the versions to say.</summary>
internal abstract class DocumentWriter(Utf8JsonWriter json, DocumentModel model, bool v3)
{
    protected Utf8JsonWriter Json { get; } = json;

    protected DocumentModel Model { get; } = model;

    protected SchemaWriter Schemas { get; } = new(json, SchemaDescriptions.Load(), v3);

    /// <summary>Writes a whole document as JSON, as that of a server of <paramref name="version"/>.</summary>
    protected static byte[] Write(Func<Utf8JsonWriter, DocumentWriter> begin, string version)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, DocumentJson.Options))
            begin(json).Document(version);
        return stream.ToArray();
    }

    /// <summary>The member that says which OpenAPI this is, and its value.</summary>
    protected abstract (string Member, string Version) Format { get; }

    /// <summary>Writes what paths refer to: definitions and security schemes.</summary>
    protected abstract void Components();

    protected abstract void Operation(ApiOperation operation);

    /// <summary>Writes the parameters that all operations of a path have.</summary>
    protected abstract void Parameters(ImmutableArray<ApiParameter> parameters);

    protected void Definitions(string member)
    {
        Json.WriteStartObject(member);
        foreach (var node in Model.Definitions.Nodes)
        {
            Json.WritePropertyName(node.DefinitionName!);
            Schemas.Definition(node, Model.KindsOf(node.Definition!));
        }
        Json.WriteEndObject();
    }

    protected void SecuritySchemes(string member)
    {
        Json.WriteStartObject(member);
        DocumentJson.BearerToken(Json);
        Json.WriteEndObject();
    }

    private void Document(string version)
    {
        Json.WriteStartObject();
        Json.WriteString(Format.Member, Format.Version);
        DocumentJson.Info(Json, version);
        Json.WriteStartObject("paths");
        foreach (var path in Model.Paths)
            Path(path);
        Json.WriteEndObject();
        Components();
        DocumentJson.Security(Json);
        Json.WriteEndObject();
    }

    private void Path(ApiPath path)
    {
        Json.WriteStartObject(path.Path);
        foreach (var operation in path.Operations)
            Operation(operation);
        Parameters(path.Parameters);
        Json.WriteEndObject();
    }
}
