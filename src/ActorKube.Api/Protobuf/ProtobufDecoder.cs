using System.Text.Json.Nodes;
using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Protobuf.Image;

namespace ActorKube.Api.Protobuf;

/// <summary>
/// Decodes request bodies in Kubernetes' protobuf form: four bytes of magic and an envelope (upstream's <c>runtime.Unknown</c>) that names the
/// type of the message within. The tree is the one that the same object's JSON would give; fields of numbers unknown here are skipped.
/// </summary>
public static class ProtobufDecoder
{
    /// <summary>The media type of such bodies.</summary>
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>True for the kinds that have a protobuf form: the built-in ones.</summary>
    public static bool Knows(GroupVersionKind kind) => MessageImage.BuiltIn.Find(kind.ApiVersion, kind.Kind) is not null;

    /// <summary>Decodes one object.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="expected">The type of an object whose envelope names none.</param>
    /// <param name="limits">What the body may cost.</param>
    /// <exception cref="ApiException">400: malformed or of an unknown type; 413.</exception>
    public static JsonObject Decode(ReadOnlySpan<byte> body, GroupVersionKind expected, JsonLimits? limits = null)
    {
        limits ??= JsonLimits.Default;
        if (body.Length > limits.MaxBytes)
            throw JsonDecoder.TooLarge(limits.MaxBytes);
        if (!body.StartsWith(Magic))
            throw WireReader.Malformed("it does not begin with Kubernetes' magic bytes");
        var envelope = Envelope.Read(body[Magic.Length..]);
        var apiVersion = envelope.ApiVersion is { Length: > 0 } version ? version : expected.ApiVersion;
        var kind = envelope.Kind is { Length: > 0 } named ? named : expected.Kind;
        var message = MessageImage.BuiltIn.Find(apiVersion, kind) ?? throw ApiErrors.BadRequest($"no kind \"{kind}\" is known in version \"{apiVersion}\"");
        var root = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
        new MessageDecoder(MessageImage.BuiltIn, limits).Fill(root, message, envelope.Raw, 1);
        return root;
    }

    /// <summary>Upstream's <c>runtime.Unknown</c>.</summary>
    private ref struct Envelope
    {
        public string? ApiVersion;
        public string? Kind;
        public ReadOnlySpan<byte> Raw;

        public static Envelope Read(ReadOnlySpan<byte> bytes)
        {
            var envelope = new Envelope();
            var reader = new WireReader(bytes);
            while (!reader.AtEnd)
            {
                switch (reader.Tag(out var wire), wire)
                {
                    case (1, WireType.Delimited): envelope.ReadType(reader.Delimited()); break;
                    case (2, WireType.Delimited): envelope.Raw = reader.Delimited(); break;
                    case (3, WireType.Delimited):
                        if (reader.Delimited().Length > 0)
                            throw WireReader.Malformed("its content is encoded once more");
                        break;
                    default: reader.Skip(wire); break;
                }
            }
            return envelope;
        }

        private void ReadType(ReadOnlySpan<byte> bytes)
        {
            var reader = new WireReader(bytes);
            while (!reader.AtEnd)
            {
                switch (reader.Tag(out var wire), wire)
                {
                    case (1, WireType.Delimited): ApiVersion = reader.Text(); break;
                    case (2, WireType.Delimited): Kind = reader.Text(); break;
                    default: reader.Skip(wire); break;
                }
            }
        }
    }
}
