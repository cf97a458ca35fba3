using System.Net;
using System.Text.Json.Nodes;
using ActorKube.Api.Users;
using ActorKube.Cluster.Tests.Clients;

namespace ActorKube.Cluster.Tests.Edge;

/// <summary>How answers look: failures of watches, of negotiation, and for people.</summary>
public sealed class AnswerFormTests(ServerFixture server) : IDisposable
{
    private const string Target = "/api/v1/namespaces/default/configmaps";

    private readonly HttpClient _http = new(new SocketsHttpHandler { SslOptions = RawConnection.Tls(server, "admin", WellKnownUsers.Masters) }) { BaseAddress = server.Url };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_watch_that_cannot_show_the_future_says_so_in_its_first_event()
    {
        using var response = await GetAsync($"{Target}?watch=1&resourceVersion=900000000&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true", "application/json");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var line = JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!;
        Assert.Equal(("ERROR", 504, "Timeout"), ((string?)line["type"], (int)line["object"]!["code"]!, (string?)line["object"]!["reason"]));
    }

    [Theory]
    [InlineData("application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", Target, "you requested PartialObjectMetadata, but the requested object is a list (*core.ConfigMapList)")]
    [InlineData("application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", "/api/v1/namespaces/default", "you requested PartialObjectMetadataList, but the requested object is not a list (*core.Namespace)")]
    [InlineData("application/yaml", Target + "?watch=1", "only the following media types are accepted: application/json;stream=watch")]
    public async Task What_cannot_be_had_in_that_form_is_a_406(string accept, string path, string message)
    {
        using var response = await GetAsync(path, accept);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.Contains(message, text);
    }

    [Fact]
    public async Task A_failure_comes_in_the_form_that_was_asked_for()
    {
        using var yaml = await GetAsync(Target + "/none", "application/yaml");
        Assert.Equal("application/yaml", yaml.Content.Headers.ContentType!.MediaType);
        Assert.Contains("reason: NotFound", await yaml.Content.ReadAsStringAsync(Cancel));
        using var pretty = await GetAsync(Target + "/none?pretty=true", "application/json");
        Assert.StartsWith("{\n  \"kind\": \"Status\",", await pretty.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rows_of_a_table_hold_what_is_known_to_be_held()
    {
        using var response = await GetAsync(Target + "?includeObject=All", "application/json;as=Table;v=v1;g=meta.k8s.io");
        Assert.Equal(
            "Unable to convert to Table as requested: includeObject: Invalid value: \"All\": must be 'Metadata', 'Object', 'None', or empty",
            (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync(Cancel))!["message"]);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> GetAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        return await _http.SendAsync(request, Cancel);
    }
}
