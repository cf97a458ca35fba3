using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Protobuf;

namespace ActorKube.Api.Tests.Protobuf;

/// <summary>
/// Bodies as kubectl 1.32 sent them (<c>Golden/*.hex</c>), and what <c>--dry-run=client -o json</c> printed for the same command
/// (<c>Golden/*.json</c>) without the nulls and empty structs that Go prints for what is not set.
/// </summary>
public sealed class ProtobufGoldenTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Protobuf", "Golden");

    public static TheoryData<string> Names => [.. Directory.GetFiles(Folder, "*.hex").Select(f => Path.GetFileNameWithoutExtension(f)).Order()];

    public static byte[] Body(string name) => Convert.FromHexString(File.ReadAllText(Path.Combine(Folder, $"{name}.hex")).ReplaceLineEndings(""));

    [Theory]
    [MemberData(nameof(Names))]
    public void What_kubectl_sends_is_the_object_that_it_prints(string name)
    {
        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json")));
        Trees.AssertSame(expected, ProtobufDecoder.Decode(Body(name), new GroupVersionKind("", "v1", "Unnamed")));
    }
}
