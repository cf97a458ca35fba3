using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using ActorKube.Api.Errors;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.ApiServer.Http.Responses;
using ActorKube.ApiServer.Pipeline;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Tests.Http;

public sealed class WatchWriterTests
{
    private static readonly GroupVersionKind Kind = new("", "v1", "ConfigMap");

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Every_change_is_a_line_and_the_connection_serves_on(string version)
    {
        int[] sizes = [1, 4_096, 200_000, 17];
        await using var server = await StreamServer.StartAsync(Version.Parse(version), context => Write(context, new ScriptedWatch(sizes, failure: null)));
        for (var round = 0; round < 2; round++)
        {
            var (response, length, body) = await server.GetAsync();
            Assert.Equal(version == "1.1" ? true : null, response.Headers.TransferEncodingChunked);
            Assert.Null(length);
            string[] expected =
            [
                $$$"""{"type":"ADDED","object":{{{Json(3, 0)}}}}""",
                """{"type":"BOOKMARK","object":{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"9","creationTimestamp":null,"annotations":{"k8s.io/initial-events-end":"true"}}}}""",
                $$$"""{"type":"ADDED","object":{{{Json(1, 10)}}}}""",
                $$$"""{"type":"MODIFIED","object":{{{Json(4_096, 11)}}}}""",
                $$$"""{"type":"DELETED","object":{{{Json(200_000, 12)}}}}""",
                $$$"""{"type":"ADDED","object":{{{Json(17, 13)}}}}""",
            ];
            Assert.Equal([.. expected, ""], Encoding.UTF8.GetString(body).Split('\n'));
        }
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_watch_that_fails_ends_with_an_error_and_in_good_order()
    {
        await using var server = await StreamServer.StartAsync(HttpVersion.Version11, context => Write(context, new ScriptedWatch([], ApiErrors.Expired("fell behind"))));
        for (var round = 0; round < 2; round++)
        {
            var last = Encoding.UTF8.GetString((await server.GetAsync()).Body).TrimEnd('\n').Split('\n')[^1];
            Assert.StartsWith("""{"type":"ERROR","object":{"kind":"Status",""", last, StringComparison.Ordinal);
            Assert.Contains("\"code\":410", last, StringComparison.Ordinal);
        }
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_defect_cuts_the_connection_so_that_no_client_takes_the_watch_for_complete()
    {
        await using var server = await StreamServer.StartAsync(HttpVersion.Version11, async context =>
        {
            try
            {
                await Write(context, new ScriptedWatch([5], new InvalidOperationException("defect")));
            }
            catch (InvalidOperationException)
            {
                await StatusResponse.WriteAsync(context, ApiErrors.Internal("defect").Status);
            }
        });
        await Assert.ThrowsAsync<HttpRequestException>(() => server.GetAsync());
    }

    private static ValueTask Write(Microsoft.AspNetCore.Http.HttpContext context, ScriptedWatch watch) =>
        new WatchWriter(TimeProvider.System, new WholeObjects(Kind)).WriteAsync(context, new WatchResponse(watch, Kind)
        {
            Duration = TimeSpan.FromHours(1),
            Bookmarks = true,
            Initial = [Item(3, 0)],
            InitialRevision = 9,
            MarkInitialEnd = true,
        });

    private static string Json(int size, long revision) =>
        $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"cm","namespace":"default","resourceVersion":"{{{revision}}}"},"data":{"k":"{{{new string('x', size)}}}"}}""";

    private static StoredObject Item(int size, long revision) => StoredObject.Parse(Encoding.UTF8.GetBytes(Json(size, revision)));

    /// <summary>One change of each type in turn, of the given sizes, and then the end.</summary>
    private sealed class ScriptedWatch(int[] sizes, Exception? failure) : IResourceWatch
    {
        private static readonly ChangeType[] Types = [ChangeType.Added, ChangeType.Modified, ChangeType.Deleted];
        private int _next;

        public long SafeRevision => 10 + _next;

        public bool TryRead([NotNullWhen(true)] out ResourceChange? change)
        {
            change = _next < sizes.Length ? new ResourceChange(Types[_next % 3], Item(sizes[_next], 10 + _next), 10 + _next) : null;
            _next++;
            return change is not null;
        }

        public ValueTask<bool> WaitAsync(CancellationToken cancel) => failure is null ? new(false) : ValueTask.FromException<bool>(failure);

        public void Dispose()
        {
        }
    }
}
