using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using ActorKube.Api.Names;
using ActorKube.Api.OpenApi.Protobuf;
using ActorKube.Api.Schema;
using ActorKube.Api.Schema.Image;

namespace ActorKube.Api.OpenApi;

/// <summary>
/// The OpenAPI documents of one server. Each is made when it is first asked for and kept until the served resources change; two first
/// requests share one. The hash of a document is that of its inputs, so the v3 index needs none of the documents it lists.
/// </summary>
/// <param name="schemas">Where the schemas of the kinds are.</param>
/// <param name="version">The server's version as <c>/version</c> says it.</param>
public sealed class OpenApiPublisher(SchemaRegistry schemas, string version)
{
    /// <summary>Media type of the JSON documents.</summary>
    public const string JsonType = "application/json";

    /// <summary>Media type of the protobuf form of v2, as it is answered: the one that clients ask for has a character that no media type may contain, and clients parse the answer's.</summary>
    public const string V2ProtobufType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    /// <summary>The media type by which client-go asks for the protobuf form of v2.</summary>
    public const string V2ProtobufAskedType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

    private Edition _edition = new([], schemas, version);

    /// <summary>Replaces the served resources. Call it again when a custom kind of the same name got another schema.</summary>
    public void Publish(IEnumerable<ServedResource> resources) => Volatile.Write(ref _edition, new Edition([.. resources], schemas, version));

    /// <summary><c>/openapi/v2</c> as JSON.</summary>
    public OpenApiDocument V2Json() => Current.V2Json.Value;

    /// <summary><c>/openapi/v2</c> as gnostic's protobuf message.</summary>
    public OpenApiDocument V2Protobuf() => Current.V2Protobuf.Value;

    /// <summary><c>/openapi/v3</c>: the documents there are, with their hashes.</summary>
    public OpenApiDocument V3Index() => Current.Index.Value;

    /// <summary>The v3 document of a group and version, addressed as the index does: <c>api/v1</c>, <c>apis/apps/v1</c>. Null when there is none.</summary>
    public OpenApiDocument? V3(string path) => Current.V3.GetValueOrDefault(path)?.Value;

    private Edition Current => Volatile.Read(ref _edition);

    private sealed class Edition
    {
        public Edition(ImmutableArray<ServedResource> resources, SchemaRegistry schemas, string version)
        {
            var hash = Hash(resources, version);
            V2Json = new(() => new OpenApiDocument(V2Document.Write(DocumentModel.Whole(resources, schemas), version), JsonType, hash));
            V2Protobuf = new(() => new OpenApiDocument(GnosticEncoder.Encode(V2Json!.Value.Bytes), V2ProtobufType, hash));
            V3 = resources.Select(r => r.Kind with { Kind = "" }).Distinct().ToImmutableSortedDictionary(
                Path,
                v => new Lazy<OpenApiDocument>(() => new OpenApiDocument(V3Document.Write(DocumentModel.Of(v, resources, schemas), version), JsonType, HashOf(v, resources, version))),
                StringComparer.Ordinal);
            Index = new(() => new OpenApiDocument(IndexOf(resources, version), JsonType, hash));
        }

        public Lazy<OpenApiDocument> V2Json { get; }
        public Lazy<OpenApiDocument> V2Protobuf { get; }
        public Lazy<OpenApiDocument> Index { get; }
        public ImmutableSortedDictionary<string, Lazy<OpenApiDocument>> V3 { get; }

        private byte[] IndexOf(ImmutableArray<ServedResource> resources, string version)
        {
            var hashes = resources.Select(r => r.Kind with { Kind = "" }).Distinct().ToDictionary(Path, v => HashOf(v, resources, version));
            using var stream = new MemoryStream();
            using (var json = new Utf8JsonWriter(stream, DocumentJson.Options))
            {
                json.WriteStartObject();
                json.WriteStartObject("paths");
                foreach (var path in V3.Keys)
                {
                    json.WriteStartObject(path);
                    json.WriteString("serverRelativeURL", $"/openapi/v3/{path}?hash={hashes[path]}");
                    json.WriteEndObject();
                }
                json.WriteEndObject();
                json.WriteEndObject();
            }
            return stream.ToArray();
        }

        private static string Path(GroupVersionKind version) => $"{(version.Group.Length == 0 ? "api" : "apis")}/{version.ApiVersion}";

        private static string HashOf(GroupVersionKind groupVersion, ImmutableArray<ServedResource> resources, string version) =>
            Hash([.. resources.Where(r => (r.Kind with { Kind = "" }) == groupVersion)], version);

        private static string Hash(ImmutableArray<ServedResource> resources, string version)
        {
            var hash = new XxHash128();
            hash.Append(SchemaImage.BuiltIn.Identity);
            hash.Append(Encoding.UTF8.GetBytes(version));
            foreach (var resource in resources)
            {
                hash.Append(Encoding.UTF8.GetBytes($"{resource.Kind}/{resource.Plural}/{resource.Namespaced}/{string.Join(',', resource.Verbs)}"));
                foreach (var sub in resource.Subresources)
                    hash.Append(Encoding.UTF8.GetBytes($"/{sub.Name}/{sub.Kind}/{string.Join(',', sub.Verbs)}"));
            }
            return Convert.ToHexString(hash.GetCurrentHash());
        }
    }
}
