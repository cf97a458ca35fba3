using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Server;

public sealed class AgentServerTests : IAsyncLifetime
{
    private readonly AgentFixture _agent = new(TestPods.Settings() with { Port = 0 });
    private readonly TestCertificates _certificates = new();

    public async ValueTask InitializeAsync()
    {
        _agent.Cluster.Virtual["tokenreviews"] = body =>
        {
            var known = (string?)body["spec"]!["token"] == "good";
            body["status"] = new JsonObject { ["authenticated"] = known, ["user"] = new JsonObject { ["username"] = "reader", ["groups"] = new JsonArray("system:authenticated") } };
            return body;
        };
        _agent.Cluster.Virtual["subjectaccessreviews"] = body =>
        {
            var spec = body["spec"]!;
            var allowed = (string?)spec["user"] == "reader" || spec["groups"]!.AsArray().Any(g => (string?)g == "system:masters")
                || ((string?)spec["user"] == "lister" && (string?)spec["resourceAttributes"]!["subresource"] == "pods");
            body["status"] = new JsonObject { ["allowed"] = allowed };
            return body;
        };
        _agent.Start();
        await _agent.ServeAsync(new NodeServerOptions(_certificates.Server, _certificates.Authorities));
        _agent.Cluster.Put("pods", TestPods.Pod("web").Scripted("log", "hello\nworld"));
        await _agent.UntilPhase("web", "Running");
    }

    public ValueTask DisposeAsync() => _agent.DisposeAsync();

    [Fact]
    public async Task Health_is_told_to_whoever_may_know() => Assert.Equal((HttpStatusCode.OK, "ok"), await Get("/healthz", token: "good"));

    [Theory]
    [InlineData("/pods")]
    [InlineData("/containerLogs/default/web/web")]
    [InlineData("/healthz")]
    [InlineData("/anything")]
    public async Task Every_path_needs_a_user(string path)
    {
        Assert.Equal((HttpStatusCode.Unauthorized, "Unauthorized"), await Get(path));
        Assert.Equal((HttpStatusCode.Unauthorized, "Unauthorized"), await Get(path, token: "bad"));
        Assert.Equal((HttpStatusCode.Unauthorized, "Unauthorized"), await Get(path, certificate: new TestCertificates("other-ca").Client("CN=root,O=system:masters")));
    }

    [Fact]
    public async Task Logs_are_shown_to_a_token_that_may() => Assert.Equal((HttpStatusCode.OK, "hello\nworld\n"), await Get("/containerLogs/default/web/web", token: "good"));

    [Fact]
    public async Task Logs_are_shown_to_a_certificate_that_may() =>
        Assert.Equal((HttpStatusCode.OK, "world\n"), await Get("/containerLogs/default/web/web?tailLines=1", certificate: _certificates.Client("O=system:masters, CN=server")));

    [Fact]
    public async Task A_user_without_the_right_is_told_what_is_missing() => Assert.Equal(
        (HttpStatusCode.Forbidden, "Forbidden (user=nobody, verb=get, resource=nodes, subresource(s)=[proxy])"),
        await Get("/containerLogs/default/web/web", certificate: _certificates.Client("CN=nobody")));

    [Fact]
    public async Task The_right_to_pods_is_enough_to_list_them()
    {
        var (code, text) = await Get("/pods", certificate: _certificates.Client("CN=lister"));
        Assert.Equal(HttpStatusCode.OK, code);
        Assert.Equal("web", (string?)JsonNode.Parse(text)!["items"]![0]!["metadata"]!["name"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await Get("/containerLogs/default/web/web", certificate: _certificates.Client("CN=lister"))).Code);
    }

    [Theory]
    [InlineData("default/none/web", "", HttpStatusCode.NotFound, "pod \"none\" in namespace \"default\" not found")]
    [InlineData("default/web/none", "", HttpStatusCode.NotFound, "container \"none\" in pod \"web\" not found")]
    [InlineData("default/web/web", "?previous=true", HttpStatusCode.BadRequest, "previous terminated container \"web\" in pod \"web\" not found")]
    [InlineData("default/web/web", "?tailLines=-1", HttpStatusCode.UnprocessableEntity, "tailLines: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("default/web/web", "?sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z", HttpStatusCode.UnprocessableEntity, "at most one of `sinceTime` or `sinceSeconds` may be specified")]
    public async Task What_cannot_be_shown_says_why(string path, string query, HttpStatusCode code, string text) =>
        Assert.Equal((code, text), await Get($"/containerLogs/{path}{query}", token: "good"));

    [Fact]
    public async Task A_waiting_container_has_no_log_and_its_reason_is_told()
    {
        _agent.Cluster.Put("pods", TestPods.Pod("stuck", change: p => p["spec"]!["containers"]![0]!["image"] = "other:1").Scripted("pull-error", "no"));
        await _agent.Until(() => _agent.Pod("stuck")!["status"]!["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"]?.GetValue<string>() == "ErrImagePull", "the error");
        Assert.Equal((HttpStatusCode.BadRequest, "container \"web\" in pod \"stuck\" is waiting to start: image can't be pulled"), await Get("/containerLogs/default/stuck/web", token: "good"));
    }

    [Fact]
    public async Task A_pod_that_the_node_has_refused_has_no_logs()
    {
        _agent.Cluster.Put("pods", TestPods.Pod("refused", change: p => p["spec"]!["os"] = new JsonObject { ["name"] = "windows" }));
        await _agent.UntilPhase("refused", "Failed");
        Assert.Equal((HttpStatusCode.BadRequest, "container \"web\" in pod \"refused\" is not available"), await Get("/containerLogs/default/refused/web", token: "good"));
    }

    [Fact]
    public async Task The_log_of_an_ephemeral_container_says_why_there_is_none()
    {
        _agent.Cluster.Put("pods", TestPods.Pod("asked", change: p => p["spec"]!["ephemeralContainers"] = new JsonArray(new JsonObject { ["name"] = "debugger", ["image"] = "busybox" })));
        await _agent.UntilPhase("asked", "Running");
        Assert.Equal((HttpStatusCode.BadRequest, "container \"debugger\" in pod \"asked\" is waiting to start: CreateContainerConfigError"), await Get("/containerLogs/default/asked/debugger", token: "good"));
    }

    [Fact]
    public async Task The_log_before_the_last_restart_stays_readable()
    {
        _agent.Cluster.Put("pods", TestPods.Pod("again").Scripted("log", "life").Scripted("run-for", "10s").Scripted("exit-code", "1"));
        await _agent.UntilPhase("again", "Running");
        _agent.Time.Advance(TimeSpan.FromSeconds(10));
        await _agent.Until(() => (int?)_agent.Pod("again")!["status"]!["containerStatuses"]![0]!["restartCount"] == 1, "the restart");
        Assert.Equal((HttpStatusCode.OK, "life\n"), await Get("/containerLogs/default/again/web?previous=true", token: "good"));
    }

    [Fact]
    public async Task A_follow_goes_on_until_the_container_ends()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        using var client = Client(null);
        using var request = Request("/containerLogs/default/web/web?follow=true", "good");
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(patience.Token));
        Assert.Equal("hello", await reader.ReadLineAsync(patience.Token));
        Assert.Equal("world", await reader.ReadLineAsync(patience.Token));
        var id = (await _agent.Runtime.ListContainersAsync(ContainerFilter.All, TestContext.Current.CancellationToken)).Single().Id;
        _agent.Runtime.Print(id, "later");
        Assert.Equal("later", await reader.ReadLineAsync(patience.Token));
        _agent.Runtime.EndContainer(id, 0);
        Assert.Null(await reader.ReadLineAsync(patience.Token));
    }

    private async Task<(HttpStatusCode Code, string Text)> Get(string path, string? token = null, X509Certificate2? certificate = null)
    {
        using var client = Client(certificate);
        using var request = Request(path, token);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private HttpRequestMessage Request(string path, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"https://127.0.0.1:{_agent.Port}{path}");
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private static HttpClient Client(X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.Issuer == "CN=test-ca";
        if (certificate is not null)
            handler.SslOptions.ClientCertificates = [certificate];
        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(20) };
    }
}
