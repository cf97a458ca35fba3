using ActorKube.ApiServer.Http.Responses;
using Microsoft.AspNetCore.Http;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class EncodingTests
{
    [Theory]
    [InlineData("gzip", true)]
    [InlineData("deflate, GZip;q=0.5", true)]
    [InlineData("gzip;q=1.0, identity", true)]
    [InlineData("gzip;q=0.001", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("identity, gzip; q=0.0", false)]
    [InlineData("xgzip", false)]
    [InlineData("gzipped", false)]
    [InlineData("br, identity", false)]
    [InlineData("", false)]
    public void An_answer_is_compressed_for_who_takes_it(string accepted, bool compressed)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.AcceptEncoding = accepted;
        Assert.Equal(compressed, BodyResponse.AcceptsGzip(context.Request));
    }
}
