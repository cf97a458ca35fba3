using System.Runtime.Serialization;
using ActorKube.Protocol.Endpoint;
using ActorKube.Protocol.Serialization;
using ActorKube.Protocol.Tests.Endpoint;
using CsCheck;

namespace ActorKube.Protocol.Tests.Serialization;

public sealed class ColdSerializerTests(PlainSystem plain) : IClassFixture<PlainSystem>
{
    private readonly Akka.Serialization.Serialization _serialization = plain.Extended.Serialization;

    public sealed record Part(string Name, long Number);

    public sealed record Rare(string Text, Part One, Part[] Many, DateTimeOffset? At);

    public sealed class Gadget
    {
        public static int Made { get; private set; }

        public Gadget() => Made++;

        public string Value { get; set; } = "";
    }

    private static Rare Sample { get; } = new("text", new Part("a", 1), [new Part("b", 2), new Part("c", 3)], DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_registered_message_comes_back_as_it_was()
    {
        var serializer = Assert.IsType<ColdSerializer>(_serialization.FindSerializerFor(Sample));
        var back = Assert.IsType<Rare>(serializer.FromBinary(serializer.ToBinary(Sample), typeof(object)));
        Assert.Equal(Sample with { Many = [] }, back with { Many = [] }, new SameExceptMany());
        Assert.Equal(Sample.Many, back.Many);
    }

    [Fact]
    public void A_type_that_is_not_registered_is_not_written()
    {
        Assert.Throws<SerializationException>(() => _serialization.FindSerializerForType(typeof(Rare)).ToBinary(new Gadget()));
        Assert.IsType<RefusingSerializer>(_serialization.FindSerializerFor(new Gadget()));
        Assert.Throws<SerializationException>(() => _serialization.Serialize(new Gadget()));
    }

    [Fact]
    public void A_type_that_is_not_registered_is_never_made()
    {
        using var stream = new MemoryStream();
        new Hyperion.Serializer().Serialize(new Gadget { Value = "boom" }, stream);
        var made = Gadget.Made;
        Assert.Throws<SerializationException>(() => _serialization.FindSerializerForType(typeof(Rare)).FromBinary(stream.ToArray(), typeof(object)));
        Assert.Equal(made, Gadget.Made);
    }

    [Fact]
    public void The_serializer_that_takes_any_type_is_not_there() =>
        Assert.DoesNotContain(
            new object[] { "text", new Gadget(), new Dictionary<string, object>(), new Uri("http://example.com") }.Select(o => _serialization.FindSerializerFor(o)),
            s => s is Akka.Serialization.NewtonSoftJsonSerializer);

    [Fact]
    public void Messages_of_the_endpoint_have_their_own_serializer() => Assert.All(Samples.All, m => Assert.IsType<EndpointSerializer>(_serialization.FindSerializerFor(m)));

    [Fact]
    public void Hostile_bytes_are_a_message_or_an_error_and_never_anything_else()
    {
        var serializer = _serialization.FindSerializerFor(Sample);
        var good = serializer.ToBinary(Sample);
        Gen.Select(Gen.Byte.Array[1, 8], Gen.Int[0, 1000]).Sample((noise, at) =>
        {
            var bytes = (byte[])good.Clone();
            foreach (var b in noise)
                bytes[(at + b) % bytes.Length] = b;
            try
            {
                Assert.True(serializer.FromBinary(bytes, typeof(object)) is Rare or Part or Part[]);
            }
            catch (SerializationException)
            {
                // The only way to fail.
            }
        });
    }

    private sealed class SameExceptMany : IEqualityComparer<Rare>
    {
        public bool Equals(Rare? x, Rare? y) => (x?.Text, x?.One, x?.At) == (y?.Text, y?.One, y?.At);

        public int GetHashCode(Rare obj) => obj.Text.GetHashCode(StringComparison.Ordinal);
    }
}
