using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Pipeline;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class ListWriterTests
{
    // Sizes around the blocks that are sent: nothing, one small, objects that end in, at and across blocks, one larger than a block.
    [Theory]
    [InlineData]
    [InlineData(10)]
    [InlineData(900, 900, 900)]
    [InlineData(65_000, 400, 300, 70_000, 1)]
    [InlineData(200_000)]
    [InlineData(30_000, 30_000, 30_000, 30_000, 30_000)]
    public async Task A_list_arrives_whole_and_says_how_long_it_is(params int[] sizes)
    {
        await using var server = await StreamServer.StartAsync(HttpVersion.Version11, context => ListWriter.WriteAsync(context, List(sizes)));
        for (var round = 0; round < 2; round++)
        {
            var (response, length, body) = await server.GetAsync();
            Assert.Equal(body.Length, length);
            Assert.Null(response.Headers.TransferEncodingChunked);
            Assert.Equal(Expected(sizes), Encoding.UTF8.GetString(body));
        }
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_list_arrives_whole_over_http_2()
    {
        await using var server = await StreamServer.StartAsync(HttpVersion.Version20, context => ListWriter.WriteAsync(context, List([90_000, 20, 90_000])));
        Assert.Equal(Expected([90_000, 20, 90_000]), Encoding.UTF8.GetString((await server.GetAsync()).Body));
    }

    [Theory]
    [InlineData(true, 140_000, true)]
    [InlineData(true, 1_000, false)]
    [InlineData(false, 140_000, false)]
    public async Task Only_a_large_list_is_compressed_and_only_when_asked(bool asked, int size, bool compressed)
    {
        await using var server = await StreamServer.StartAsync(HttpVersion.Version11, context => ListWriter.WriteAsync(context, List([size])));
        var (response, _, body) = await server.GetAsync(asked);
        Assert.Equal(compressed, response.Content.Headers.ContentEncoding.Contains("gzip"));
        Assert.Equal(Expected([size]), Encoding.UTF8.GetString(compressed ? Unzip(body) : body));
    }

    [Fact]
    public void The_whole_document_is_the_same() => Assert.Equal(Expected([5, 100_000]), Encoding.UTF8.GetString(ListWriter.ToBytes(List([5, 100_000])).Span));

    private static ListResponse List(int[] sizes) =>
        new(new GroupVersionKind("", "v1", "ConfigMapList"), sizes.Select(Item), 7) { End = () => new ListEnd(sizes.Length > 2 ? "more" : null, sizes.Length > 2 ? 4 : null) };

    private static StoredObject Item(int size, int index) => StoredObject.Parse(Encoding.UTF8.GetBytes(Text(size, index)));

    private static string Text(int size, int index) =>
        $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"cm-{{{index}}}","namespace":"default","resourceVersion":"{{{index + 1}}}"},"data":{"k":"{{{new string('x', size)}}}"}}""";

    private static string Expected(int[] sizes)
    {
        var metadata = new JsonObject { ["resourceVersion"] = "7" };
        if (sizes.Length > 2)
            (metadata["continue"], metadata["remainingItemCount"]) = ("more", 4);
        return $$$"""{"kind":"ConfigMapList","apiVersion":"v1","items":[{{{string.Join(',', sizes.Select(Text))}}}],"metadata":{{{metadata.ToJsonString()}}}}""";
    }

    private static byte[] Unzip(byte[] bytes)
    {
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress))
            gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
