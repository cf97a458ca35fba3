using ActorKube.ApiServer.Http.Responses;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class WarningHeaderTests
{
    [Theory]
    [InlineData("unknown field \"a\"", "299 - \"unknown field \\\"a\\\"\"")]
    [InlineData("two\nlines", "299 - \"two lines\"")]
    [InlineData("ümlaut", "299 - \"?mlaut\"")]
    public void A_sentence_becomes_a_header_value_that_cannot_break_out(string warning, string expected) => Assert.Equal(expected, WarningHeader.Encode(warning));
}
