using System.Reflection;
using System.Runtime.Serialization;
using ActorKube.Machinery.Client;
using ActorKube.Protocol.Endpoint;
using ActorKube.Protocol.Tests.Serialization;
using CsCheck;
using static ActorKube.Protocol.Endpoint.EndpointProtocol;

namespace ActorKube.Protocol.Tests.Endpoint;

public sealed class EndpointSerializerTests(PlainSystem plain) : IClassFixture<PlainSystem>
{
    private readonly EndpointSerializer _serializer = new(plain.Extended);

    [Fact]
    public void Every_message_has_a_sample() => Assert.Equal(
        typeof(EndpointProtocol).GetNestedTypes().Where(t => t is { IsInterface: false } && t.IsAssignableTo(typeof(IMessage))).Order(TypeNames.Instance),
        Samples.All.Select(m => m.GetType()).Order(TypeNames.Instance));

    [Fact]
    public void Manifests_are_all_different() => Assert.Equal(Samples.All.Count, Samples.All.Select(_serializer.Manifest).Distinct().Count());

    [Fact]
    public void The_bytes_of_every_message_are_those_that_were_approved() =>
        Approved.Check("Endpoint/endpoint-wire.approved.txt", string.Concat(Samples.All.Select(m => $"{_serializer.Manifest(m)} {Convert.ToHexStringLower(_serializer.ToBinary(m))}\n")));

    [Fact]
    public void Every_message_comes_back_as_it_was()
    {
        foreach (var message in Samples.All)
        {
            var bytes = _serializer.ToBinary(message);
            var back = _serializer.FromBinary(bytes, _serializer.Manifest(message));
            Assert.IsType(message.GetType(), back);
            Assert.Equal(bytes, _serializer.ToBinary(back));
        }
    }

    [Fact]
    public void A_request_comes_back_with_every_field()
    {
        var call = (Call)Samples.All.Single(m => m is Call);
        var back = (Call)_serializer.FromBinary(_serializer.ToBinary(call), "call");
        Assert.Equal(call.Request with { Body = default }, back.Request with { Body = default });
        Assert.Equal(call.Request.Body.ToArray(), back.Request.Body.ToArray());
        // A field that is added has to be set here, or the test would prove nothing about it.
        var unset = typeof(EndpointRequest).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => Equals(p.GetValue(Samples.Request), p.PropertyType.IsValueType ? Activator.CreateInstance(p.PropertyType) : null)).Select(p => p.Name);
        Assert.Empty(unset);
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello2")]
    [InlineData("System.Diagnostics.Process")]
    public void An_unknown_manifest_is_an_error(string manifest) => Assert.Throws<SerializationException>(() => _serializer.FromBinary([], manifest));

    [Fact]
    public void A_message_of_somebody_else_is_not_written() => Assert.Throws<ArgumentException>(() => _serializer.ToBinary("text"));

    [Fact]
    public void Bytes_cut_short_anywhere_are_an_error_and_so_are_bytes_too_many()
    {
        foreach (var message in Samples.All)
        {
            var manifest = _serializer.Manifest(message);
            var bytes = _serializer.ToBinary(message);
            for (var length = 0; length < bytes.Length; length++)
                Assert.Throws<SerializationException>(() => _serializer.FromBinary(bytes[..length], manifest));
            Assert.Throws<SerializationException>(() => _serializer.FromBinary([.. bytes, 0], manifest));
        }
    }

    [Fact]
    public void Hostile_bytes_are_a_message_or_an_error_and_never_anything_else() =>
        Gen.Select(Gen.Int[0, Samples.All.Count - 1], Gen.Byte.Array[0, 64], Gen.Int[0, 200], Gen.Bool).Sample((which, noise, at, mutate) =>
        {
            var manifest = _serializer.Manifest(Samples.All[which]);
            var bytes = noise;
            if (mutate)
            {
                bytes = _serializer.ToBinary(Samples.All[which]);
                for (var i = 0; i < noise.Length && bytes.Length > 0; i += 8)
                    bytes[(at + noise[i]) % bytes.Length] = noise[i];
            }
            try
            {
                Assert.NotNull(_serializer.FromBinary(bytes, manifest));
            }
            catch (SerializationException)
            {
                // The only way to fail.
            }
        });

    [Fact]
    public void A_list_comes_back_as_it_was()
    {
        var list = new ObjectList([Samples.Object, Samples.Object], "12", "next");
        var back = EndpointAnswer.DecodeList(EndpointAnswer.Encode(list));
        Assert.Equal(("12", "next"), (back.ResourceVersion, back.Continue));
        Assert.Equal(list.Items.Select(i => i.Json.ToArray()), back.Items.Select(i => i.Json.ToArray()));
    }

    private sealed class TypeNames : IComparer<Type>
    {
        public static readonly TypeNames Instance = new();

        public int Compare(Type? x, Type? y) => string.CompareOrdinal(x?.Name, y?.Name);
    }
}
