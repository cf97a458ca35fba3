using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Users;
using ActorKube.Machinery.Client;

namespace ActorKube.Cluster.Tests.Edge;

/// <summary>Whatever comes over the wire, the answer is a 4xx with the right reason, soon, and nothing has changed.</summary>
public sealed class HostileInputTests : IClassFixture<TightServer>, IDisposable
{
    private const string Target = "/api/v1/namespaces/default/configmaps";
    private const int MaxBody = RequestBodies.MaxBytes;
    private readonly TightServer _server;
    private readonly HttpClient _http;

    public HostileInputTests(TightServer server)
    {
        _server = server;
        _http = new HttpClient(new SocketsHttpHandler { SslOptions = RawConnection.Tls(server, "admin", WellKnownUsers.Masters) }) { BaseAddress = server.Url };
    }

    public static TheoryData<string, string, int, string> Bodies => new()
    {
        { "application/json", "{", 400, "BadRequest" },
        { "application/json", "nonsense", 400, "BadRequest" },
        { "application/json", "[]", 400, "BadRequest" },
        { "application/json", """{"metadata":{"name":5}}""", 400, "BadRequest" },
        { "application/json", """{"metadata":{"name":"x"},"data":{"a":1}}""", 400, "BadRequest" },
        { "application/json", """{"kind":"Secret","apiVersion":"v1","metadata":{"name":"x"}}""", 400, "BadRequest" },
        { "application/json", """{"metadata":{"name":"x","namespace":"kube-system"}}""", 400, "BadRequest" },
        { "application/json", """{"metadata":{"name":"../x"}}""", 422, "Invalid" },
        { "application/json", """{"metadata":{"name":"x\u0000"}}""", 422, "Invalid" },
        { "application/json", string.Concat(Enumerable.Repeat("[", 20_000)), 400, "BadRequest" },
        { "application/json", string.Concat(Enumerable.Repeat("{\"a\":", 20_000)), 400, "BadRequest" },
        { "application/yaml", "a: [", 400, "BadRequest" },
        { "application/yaml", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: [*f,*f,*f,*f,*f,*f,*f,*f,*f]\n", 400, "BadRequest" },
        { "application/vnd.kubernetes.protobuf", "k8s\0\n\x7fgarbage", 400, "BadRequest" },
        { "text/plain", "hello", 415, "UnsupportedMediaType" },
        { "application/xml", "<a/>", 415, "UnsupportedMediaType" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_that_makes_no_sense_is_refused_and_changes_nothing(string type, string body, int code, string reason)
    {
        var before = await ContentAsync();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        await RefusedAsync(await _http.PostAsync(Target, content), code, reason);
        Assert.Equal(before, await ContentAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_beyond_three_mebibytes_is_refused_with_and_without_a_length(bool chunked)
    {
        using var content = new ByteArrayContent(new byte[MaxBody + 1]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Target) { Content = content };
        request.Headers.TransferEncodingChunked = chunked;
        await RefusedAsync(await _http.SendAsync(request), 413, "RequestEntityTooLarge");
    }

    [Fact]
    public async Task A_compressed_body_is_not_unpacked()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            await gzip.WriteAsync(new byte[64 << 20]);
        using var content = new ByteArrayContent(packed.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.ContentEncoding.Add("gzip");
        await RefusedAsync(await _http.PostAsync(Target, content), 400, "BadRequest");
    }

    [Theory]
    [InlineData("POST", Target + "/one", 405, "MethodNotAllowed")]
    [InlineData("PUT", Target, 405, "MethodNotAllowed")]
    [InlineData("PATCH", Target, 405, "MethodNotAllowed")]
    [InlineData("BREW", Target, 405, "MethodNotAllowed")]
    [InlineData("POST", "/apis", 405, "MethodNotAllowed")]
    [InlineData("GET", "/nowhere", 404, "NotFound")]
    [InlineData("GET", "/apis/none.example.com/v1/things", 404, "NotFound")]
    [InlineData("GET", Target + "/one", 404, "NotFound")]
    [InlineData("GET", Target + "/one/two", 404, "NotFound")]
    [InlineData("GET", Target + "?timeout=soon", 400, "BadRequest")]
    [InlineData("GET", Target + "?limit=many", 400, "BadRequest")]
    [InlineData("GET", Target + "?resourceVersion=abc", 400, "BadRequest")]
    [InlineData("GET", Target + "?continue=abc", 400, "BadRequest")]
    [InlineData("GET", Target + "?labelSelector=a%3Db%3Dc", 400, "BadRequest")]
    [InlineData("GET", Target + "?fieldSelector=spec.x%3D1", 400, "BadRequest")]
    public async Task A_request_that_cannot_be_answered_says_why(string method, string path, int code, string reason)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        await RefusedAsync(await _http.SendAsync(request), code, reason);
    }

    [Fact]
    public async Task What_nobody_can_give_is_not_acceptable()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Target) { Headers = { Accept = { new("text/html") } } };
        await RefusedAsync(await _http.SendAsync(request), 406, "NotAcceptable");
    }

    [Fact]
    public async Task An_unknown_type_of_patch_is_refused_before_its_options()
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/apply-patch+yaml");
        await RefusedAsync(await _http.PatchAsync(Target + "/one?force=true&fieldManager=me", content), 415, "UnsupportedMediaType");
    }

    [Fact]
    public async Task An_address_may_be_long_and_an_absurd_one_is_refused()
    {
        var names = string.Join(',', Enumerable.Range(0, 3000).Select(i => $"name-{i}"));
        using var fine = await _http.GetAsync($"{Target}?labelSelector=app+in+({names})");
        Assert.Equal(HttpStatusCode.OK, fine.StatusCode);
        await using var raw = await RawConnection.OpenAsync(_server);
        await raw.SendAsync($"GET {Target}?labelSelector={new string('a', 200_000)} HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.Equal(414, (await raw.AnswerAsync()).Code);
    }

    [Theory]
    [InlineData("/api/v1/namespaces/default/configmaps/..%2f..%2fsecrets")]
    [InlineData("/api/v1/namespaces/default/configmaps/../secrets")]
    [InlineData("/api/v1/namespaces/default/configmaps/%2e%2e/secrets")]
    [InlineData("/apis/../api/v1/secrets")]
    [InlineData("/healthz/../api/v1/secrets")]
    [InlineData("/version/..%2fapi%2fv1%2fsecrets")]
    [InlineData("//api/v1/secrets")]
    [InlineData("/api//v1/secrets")]
    [InlineData("/api/v1/namespaces//secrets")]
    [InlineData("/api/v1/secrets\\..\\")]
    [InlineData("/api/v1/namespaces/default/secrets/%00")]
    [InlineData("/api/v1/namespaces/default/secrets/a%00b")]
    [InlineData("/api/v1/namespaces/%ff%fe/secrets")]
    [InlineData("/api/v1/namespaces/%zz/secrets")]
    [InlineData("api/v1/secrets")]
    [InlineData("https://elsewhere/api/v1/secrets")]
    [InlineData("*")]
    public async Task No_spelling_of_a_path_gets_somebody_without_rights_anywhere(string path)
    {
        await using var raw = await RawConnection.OpenAsync(_server);
        await raw.SendAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        var answer = await raw.AnswerAsync();
        Assert.InRange(answer.Code, 400, 499);
        Assert.False(string.IsNullOrEmpty(answer.Reason), "the answer is no Status");
    }

    [Theory]
    [InlineData(Target + "/..", "Name parameter invalid: \"..\": may not be '..'")]
    [InlineData(Target + "/%2E%2e/secrets", "Name parameter invalid: \"..\": may not be '..'")]
    [InlineData("/api/v1/./namespaces", "Name parameter invalid: \".\": may not be '.'")]
    [InlineData(Target + "/a%2fb", "Name parameter invalid: \"a%2fb\": may not contain '%'")]
    [InlineData(Target + "/a%25b", "Name parameter invalid: \"a%b\": may not contain '%'")]
    [InlineData(Target + "/a%00b", "Invalid request target: ''")]
    public async Task A_name_that_leads_elsewhere_is_refused_to_those_who_may_do_everything(string path, string message)
    {
        await using var raw = await RawConnection.OpenAsync(_server, "admin", WellKnownUsers.Masters);
        await raw.SendAsync($"DELETE {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var answer = await raw.AnswerAsync();
        Assert.Equal((400, "BadRequest", message), (answer.Code, answer.Reason, (string?)JsonNode.Parse(answer.Body)!["message"]));
    }

    [Fact]
    public async Task A_path_that_http2_cannot_carry_ends_its_stream_and_nothing_else()
    {
        var connections = 0;
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = RawConnection.Tls(_server, "admin", WellKnownUsers.Masters),
            ConnectCallback = async (context, cancel) =>
            {
                Interlocked.Increment(ref connections);
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            },
        }) { BaseAddress = _server.Url, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var before = await http.GetStringAsync(Target);
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => http.DeleteAsync(Target + "/a%00b"));
        Assert.Equal(HttpRequestError.HttpProtocolError, failure.HttpRequestError);
        Assert.Equal((before, 1), (await http.GetStringAsync(Target), connections));
    }

    [Fact]
    public async Task An_expectation_that_nobody_meets_fails()
    {
        await using var raw = await RawConnection.OpenAsync(_server, "admin", WellKnownUsers.Masters);
        await raw.SendAsync($"POST {Target} HTTP/1.1\r\nHost: x\r\nExpect: wonders\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}");
        Assert.Equal(417, (await raw.AnswerAsync()).Code);
    }

    [Theory]
    [InlineData("GET / HTTP/9.9\r\n\r\n")]
    [InlineData("\0\0\0\0\r\n\r\n")]
    [InlineData("GET /version HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n")]
    [InlineData("GET /version HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello")]
    [InlineData("POST /version HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("GET /version HTTP/1.1\r\n\r\n")]
    public async Task What_is_not_http_is_refused(string text)
    {
        await using var raw = await RawConnection.OpenAsync(_server);
        await raw.SendAsync(text);
        var answer = await raw.AnswerAsync();
        Assert.InRange(answer.Code, 400, 505);
        Assert.False(string.IsNullOrEmpty(answer.Reason), "the answer is no Status");
    }

    [Fact]
    public async Task A_flood_of_headers_is_refused()
    {
        await using var raw = await RawConnection.OpenAsync(_server);
        await raw.SendAsync("GET /version HTTP/1.1\r\nHost: x\r\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"X-{i}: y\r\n")) + "\r\n");
        var answer = await raw.AnswerAsync();
        Assert.Equal((431, "BadRequest"), (answer.Code, answer.Reason));
    }

    [Fact]
    public async Task Who_sends_his_head_too_slowly_is_cut_off()
    {
        await using var raw = await RawConnection.OpenAsync(_server);
        await raw.SendAsync("GET /version HTTP/1.1\r\nHost: x\r\nX-Slow: ");
        Assert.Equal(408, (await raw.AnswerAsync()).Code);
    }

    [Fact]
    public async Task Who_sends_his_body_too_slowly_is_told_that_his_time_is_up()
    {
        await using var raw = await RawConnection.OpenAsync(_server, "admin", WellKnownUsers.Masters);
        await raw.SendAsync($"POST {Target} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{");
        var answer = await raw.AnswerAsync();
        Assert.Equal((504, "Timeout"), (answer.Code, answer.Reason));
    }

    [Fact]
    public async Task Who_asks_for_a_list_and_does_not_read_it_loses_it()
    {
        using (var space = new StringContent("""{"metadata":{"name":"large"}}""", Encoding.UTF8, "application/json"))
        using (await _http.PostAsync("/api/v1/namespaces", space))
        {
        }
        for (var i = 0; i < 16; i++)
        {
            using var content = new StringContent($$$"""{"metadata":{"name":"l{{{i}}}"},"data":{"a":"{{{new string('x', 900_000)}}}"}}""", Encoding.UTF8, "application/json");
            using var created = await _http.PostAsync("/api/v1/namespaces/large/configmaps", content);
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        }
        await using var raw = await RawConnection.OpenAsync(_server, "admin", WellKnownUsers.Masters);
        await raw.SendAsync("GET /api/v1/namespaces/large/configmaps HTTP/1.1\r\nHost: x\r\n\r\n");
        await UntilReadsAsync(1);
        await UntilReadsAsync(0);
    }

    [Fact]
    public async Task One_user_cannot_open_any_number_of_watches()
    {
        var open = new List<HttpResponseMessage>();
        try
        {
            HttpResponseMessage last;
            do
                open.Add(last = await _http.GetAsync($"{Target}?watch=true", HttpCompletionOption.ResponseHeadersRead));
            while (last.IsSuccessStatusCode);
            Assert.Equal((6, HttpStatusCode.TooManyRequests), (open.Count, last.StatusCode));
            Assert.Equal(TimeSpan.FromSeconds(1), last.Headers.RetryAfter?.Delta);
            using var other = await _http.GetAsync(Target);
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        }
        finally
        {
            open.ForEach(static o => o.Dispose());
        }
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_closed_and_the_others_served()
    {
        using (var served = await _http.GetAsync("/readyz"))
            Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        var idle = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                idle.Add(new TcpClient());
                await idle[^1].ConnectAsync(_server.Url.Host, _server.Url.Port);
            }
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var end = await idle[^1].GetStream().ReadAsync(new byte[1], limit.Token).AsTask().ContinueWith(static read => read.IsCompletedSuccessfully ? read.Result : -1, TaskScheduler.Default);
            Assert.True(end <= 0 && !limit.IsCancellationRequested, "the connection stayed open");
            using var still = await _http.GetAsync("/readyz");
            Assert.Equal(HttpStatusCode.OK, still.StatusCode);
        }
        finally
        {
            idle.ForEach(static i => i.Dispose());
        }
    }

    public void Dispose() => _http.Dispose();

    // The server's own count of the reads it has under way; to ask for it is none.
    private async Task UntilReadsAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!(await _http.GetStringAsync("/metrics", limit.Token)).Contains($"apiserver_current_inflight_requests{{request_kind=\"readOnly\"}} {count}\n", StringComparison.Ordinal))
        {
        }
    }

    private async Task<string> ContentAsync() => string.Join(' ', (JsonNode.Parse(await _http.GetStringAsync(Target))!["items"]!.AsArray()).Select(i => i!.ToJsonString()));

    private static async Task RefusedAsync(HttpResponseMessage response, int code, string reason)
    {
        using (response)
        {
            var status = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            Assert.Equal((code, "Status", "Failure", reason, code), ((int)response.StatusCode, (string?)status["kind"], (string?)status["status"], (string?)status["reason"], (int?)status["code"]));
            Assert.NotEmpty((string?)status["message"] ?? "");
        }
    }
}
