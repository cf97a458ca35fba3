using System.Buffers;
using ActorKube.Protocol.Wire;
using CsCheck;

namespace ActorKube.Protocol.Tests.Wire;

public sealed class WireTests
{
    [Fact]
    public void Whatever_is_written_is_read_again() =>
        Gen.Select(Gen.ULong, Gen.Long, Gen.String, Gen.Byte.Array[0, 50], Gen.Bool).Sample((unsigned, signed, text, blob, flag) =>
        {
            // Lone surrogates are no text.
            text = new string([.. text.Where(c => !char.IsSurrogate(c))]);
            var output = new ArrayBufferWriter<byte>();
            var writer = new WireWriter(output);
            writer.Unsigned(unsigned);
            writer.Signed(signed);
            writer.Text(text);
            writer.Blob(blob);
            writer.Flag(flag);
            writer.Optional(flag ? text : null);
            writer.Optional(flag ? signed : null);
            var reader = new WireReader(output.WrittenMemory);
            Assert.Equal(unsigned, reader.Unsigned());
            Assert.Equal(signed, reader.Signed());
            Assert.Equal(text, reader.Text());
            Assert.Equal(blob, reader.Blob().ToArray());
            Assert.Equal(flag, reader.Flag());
            Assert.Equal(flag ? text : null, reader.OptionalText());
            Assert.Equal(flag ? signed : null, reader.OptionalSigned());
            reader.End();
        });

    [Theory]
    [InlineData("ffffffffffffffffff7f")]
    [InlineData("ffffffffffffffffffff01")]
    [InlineData("80")]
    [InlineData("")]
    public void A_number_that_is_too_long_or_cut_off_is_an_error(string hex) =>
        Assert.Throws<FormatException>(() => new WireReader(Convert.FromHexString(hex)).Unsigned());

    [Fact]
    public void The_largest_number_is_read() => Assert.Equal(ulong.MaxValue, new WireReader(Convert.FromHexString("ffffffffffffffffff01")).Unsigned());

    [Theory]
    [InlineData("02c328")]
    [InlineData("ffffffffffffffff7f00")]
    public void A_text_that_is_no_text_or_longer_than_the_message_is_an_error(string hex) =>
        Assert.Throws<FormatException>(() => new WireReader(Convert.FromHexString(hex)).Text());

    [Fact]
    public void A_count_that_no_array_can_have_is_an_error() => Assert.Throws<FormatException>(() => new WireReader(Convert.FromHexString("ffffffff0f")).Count());
}
