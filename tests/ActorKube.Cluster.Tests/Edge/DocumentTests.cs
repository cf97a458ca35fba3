using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ActorKube.Api.Users;
using ActorKube.Cluster.Tests.Clients;

namespace ActorKube.Cluster.Tests.Edge;

/// <summary>What is not a resource: discovery, OpenAPI, health, metrics.</summary>
public sealed class DocumentTests : IDisposable
{
    private readonly ServerFixture _server;
    private readonly HttpClient _http;
    private readonly HttpClient _anonymous;

    public DocumentTests(ServerFixture server)
    {
        _server = server;
        _http = Connect(server, RawConnection.Tls(server, "admin", WellKnownUsers.Masters));
        var tls = RawConnection.Tls(server, "nobody");
        tls.ClientCertificates = null;
        _anonymous = Connect(server, tls);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v2", "apidiscovery.k8s.io/v2")]
    [InlineData("v2beta1", "apidiscovery.k8s.io/v2beta1")]
    public async Task Discovery_in_one_document_comes_in_both_versions_and_only_once(string version, string apiVersion)
    {
        var type = $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList";
        using var first = await GetAsync("/apis", type + ",application/json");
        Assert.Equal(apiVersion, (string?)(await JsonAsync(first))["apiVersion"]);
        Assert.Contains($"v={version}", first.Content.Headers.ContentType!.ToString());
        using var again = await GetAsync("/apis", type, first.Headers.ETag!.ToString());
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task The_address_in_the_plain_document_is_the_one_that_was_asked()
    {
        await using (var raw = await RawConnection.OpenAsync(_server, "admin", WellKnownUsers.Masters))
        {
            await raw.SendAsync("GET /api HTTP/1.1\r\nHost: elsewhere.example.com\r\n\r\n");
            Assert.Contains("elsewhere", (await raw.AnswerAsync()).Body);
        }
        using var next = await GetAsync("/api", "application/json");
        Assert.DoesNotContain("elsewhere", (await JsonAsync(next)).ToJsonString());
    }

    [Theory]
    [InlineData("application/com.github.proto-openapi.spec.v2@v1.0+protobuf")]
    [InlineData("application/com.github.proto-openapi.spec.v2.v1.0+protobuf")]
    public async Task OpenApi_in_protobuf_is_named_by_a_media_type_that_clients_can_read(string asked)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v2");
        request.Headers.TryAddWithoutValidation("Accept", asked);
        using var response = await _http.SendAsync(request, Cancel);
        Assert.Equal("application/com.github.proto-openapi.spec.v2.v1.0+protobuf", response.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.True(MediaTypeHeaderValue.TryParse(response.Content.Headers.NonValidated["Content-Type"].ToString(), out _));
    }

    [Fact]
    public async Task An_OpenApi_document_under_its_hash_keeps_and_an_outdated_hash_leads_to_the_present_one()
    {
        using var index = await GetAsync("/openapi/v3", "application/json");
        var address = (string)(await JsonAsync(index))["paths"]!["apis/apps/v1"]!["serverRelativeURL"]!;
        using var document = await GetAsync(address, "application/json");
        Assert.Contains("immutable", document.Headers.CacheControl!.ToString());
        using var outdated = await GetAsync(address[..address.IndexOf('=')] + "=0000", "application/json");
        Assert.Equal((HttpStatusCode.MovedPermanently, address), (outdated.StatusCode, outdated.Headers.Location!.ToString()));
        using var plain = await GetAsync("/openapi/v3/apis/apps/v1", "application/json");
        Assert.True(plain.Headers.CacheControl!.NoCache);
    }

    [Theory]
    [InlineData("/healthz", 200)]
    [InlineData("/livez", 200)]
    [InlineData("/readyz", 200)]
    [InlineData("/readyz?verbose", 200)]
    [InlineData("/version", 200)]
    [InlineData("/healthz/ping", 401)]
    [InlineData("/", 401)]
    [InlineData("/api", 401)]
    [InlineData("/apis", 401)]
    [InlineData("/openapi/v2", 401)]
    [InlineData("/metrics", 401)]
    [InlineData("/api/v1/namespaces", 401)]
    [InlineData("/nowhere", 401)]
    public async Task Who_shows_no_credentials_sees_health_and_version_and_nothing_else(string path, int code)
    {
        using var response = await _anonymous.GetAsync(path, Cancel);
        Assert.Equal(code, (int)response.StatusCode);
    }

    [Fact]
    public async Task Checks_are_listed_left_out_and_asked_one_by_one()
    {
        Assert.Equal("[+]ping excluded: ok\n[+]poststarthook/bootstrap ok\nreadyz check passed\n", await _http.GetStringAsync("/readyz?verbose&exclude=ping", Cancel));
        Assert.Equal("ok", await _http.GetStringAsync("/readyz/poststarthook/bootstrap", Cancel));
        using var none = await _http.GetAsync("/readyz/none", Cancel);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
    }

    [Fact]
    public async Task A_check_that_cannot_be_left_out_is_told() =>
        Assert.Contains("warn: some health checks cannot be excluded: no matches for \"none\",\"zero\"\n", await _http.GetStringAsync("/readyz?verbose&exclude=zero&exclude=none&exclude=ping", Cancel));

    [Theory]
    [InlineData("/version")]
    [InlineData("/healthz")]
    [InlineData("/openapi/v2")]
    [InlineData("/apis")]
    [InlineData("/metrics")]
    public async Task Documents_are_read_and_nothing_else(string path)
    {
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Delete, HttpMethod.Options, new HttpMethod("FOO") })
        {
            using var request = new HttpRequestMessage(method, path);
            using var response = await _http.SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
            Assert.Equal("MethodNotAllowed", (string?)(await JsonAsync(response))["reason"]);
        }
    }

    [Fact]
    public async Task The_root_lists_the_paths()
    {
        using var root = await GetAsync("/", "application/json");
        var paths = (await JsonAsync(root))["paths"]!.AsArray().Select(p => (string?)p).ToArray();
        Assert.Contains("/apis/apps/v1", paths);
        Assert.Contains("/healthz", paths);
    }

    [Fact]
    public async Task Metrics_count_what_is_served_and_not_what_clients_make_up()
    {
        using (await _http.GetAsync("/api/v1/namespaces?dryRun=All", Cancel))
        using (await _http.GetAsync("/apis/made.up/v1/things", Cancel))
        {
            var metrics = await _http.GetStringAsync("/metrics", Cancel);
            Assert.Contains("apiserver_request_total{code=\"200\",component=\"apiserver\",dry_run=\"All\",group=\"\",resource=\"namespaces\",scope=\"cluster\",subresource=\"\",verb=\"LIST\",version=\"v1\"}", metrics);
            Assert.DoesNotContain("made.up", metrics);
            foreach (var name in new[] { "apiserver_current_inflight_requests", "apiserver_longrunning_requests", "kubernetes_build_info", "process_resident_memory_bytes", "apiserver_request_duration_seconds_bucket" })
                Assert.Contains($"\n{name}{{", metrics.Replace($"\n{name} ", $"\n{name}{{"));
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _anonymous.Dispose();
    }

    private static HttpClient Connect(ServerFixture server, System.Net.Security.SslClientAuthenticationOptions tls) =>
        new(new SocketsHttpHandler { SslOptions = tls, AllowAutoRedirect = false }) { BaseAddress = server.Url };

    private async Task<HttpResponseMessage> GetAsync(string path, string accept, string? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (known is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", known);
        return await _http.SendAsync(request, Cancel);
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
}
