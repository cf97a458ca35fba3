using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Protobuf;
using ActorKube.Api.Protobuf.Image;
using CsCheck;

namespace ActorKube.Api.Tests.Protobuf;

public sealed class ProtobufPropertyTests
{
    private static readonly (string ApiVersion, string Kind)[] Kinds = [.. MessageImage.BuiltIn.Kinds.Order()];
    private static readonly byte[][] Bodies = [.. ProtobufGoldenTests.Names.Select(n => ProtobufGoldenTests.Body(n.Data))];
    private static readonly GroupVersionKind Pod = new("", "v1", "Pod");

    [Fact]
    public void What_was_encoded_is_decoded() =>
        Gen.Select(Gen.Int[0, Kinds.Length - 1], Gen.Int).Sample((index, seed) =>
        {
            var (apiVersion, kind) = Kinds[index];
            var type = MessageImage.BuiltIn.Find(apiVersion, kind)!;
            var original = new RandomMessages(new Random(seed)).Object(type, 0);
            var decoded = ProtobufDecoder.Decode(WireWriter.Body(apiVersion, kind, MessageEncoder.Encode(type, original)), Pod);
            Assert.True(decoded.Remove("apiVersion") && decoded.Remove("kind"));
            Trees.AssertSame(original, decoded);
        });

    [Fact]
    public void A_damaged_body_is_decoded_or_refused_and_nothing_else() =>
        Gen.Select(Gen.Int[0, Bodies.Length - 1], Gen.Select(Gen.Int[4, 400], Gen.Byte, Gen.Int[0, 3]).Array[1, 6]).Sample((index, edits) =>
        {
            var bytes = Bodies[index].ToList();
            foreach (var (place, value, kind) in edits)
            {
                var at = Math.Min(place, bytes.Count - 1);
                switch (kind)
                {
                    case 0: bytes[at] = value; break;
                    case 1: bytes.RemoveAt(at); break;
                    case 2: bytes.Insert(at, value); break;
                    default: bytes.RemoveRange(at, bytes.Count - at); break;
                }
            }
            DecodeOrRefuse([.. bytes]);
        });

    [Fact]
    public void Any_message_is_decoded_or_refused_and_nothing_else() =>
        Gen.Select(Gen.Int[0, Kinds.Length - 1], Gen.Byte.Array[0, 60]).Sample((index, message) =>
            DecodeOrRefuse(WireWriter.Body(Kinds[index].ApiVersion, Kinds[index].Kind, message)));

    private static void DecodeOrRefuse(byte[] body)
    {
        try
        {
            ProtobufDecoder.Decode(body, Pod).ToJsonString();
        }
        catch (ApiException e)
        {
            Assert.Equal(400, e.Status.Code);
        }
    }
}
