using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Verbs;

public sealed class CreateVerbTests
{
    private readonly PipelineBench _bench = new();

    [Fact]
    public async Task A_new_object_gets_uid_birth_and_revision_and_answers_201()
    {
        var response = (ObjectResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"name":"a"},"data":{"k":"v"}}"""), default);
        Assert.Equal(201, response.Code);
        Assert.Equal(
            """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","namespace":"default","uid":"uid-1","resourceVersion":"2","creationTimestamp":"2026-01-02T03:04:05Z"},"data":{"k":"v"}}""",
            System.Text.Encoding.UTF8.GetString(response.Object.Json.Span));
    }

    [Fact]
    public async Task What_a_client_cannot_set_is_dropped()
    {
        var body = """{"metadata":{"name":"a","uid":"mine","creationTimestamp":"2001-01-01T00:00:00Z","generation":7,"deletionTimestamp":"2001-01-01T00:00:00Z","selfLink":"x","managedFields":[]}}""";
        var metadata = (await _bench.JsonAsync(Request(RequestVerb.Create, ConfigMaps, body: body)))["metadata"]!.AsObject();
        Assert.Equal(["name", "namespace", "uid", "resourceVersion", "creationTimestamp"], metadata.Select(p => p.Key));
        Assert.Equal("uid-1", (string?)metadata["uid"]);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"A_b"}}""", 422, "ConfigMap \"A_b\" is invalid: metadata.name: Invalid value: \"A_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    [InlineData("""{"metadata":{}}""", 422, "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required")]
    [InlineData("""{"metadata":{"name":"a","namespace":"other"}}""", 400, "the namespace of the provided object does not match the namespace sent on the request")]
    [InlineData("""{"metadata":{"name":"a","resourceVersion":"5"}}""", 400, "resourceVersion should not be set on objects to be created")]
    [InlineData("""{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"a"}}""", 400, "the API version in the data (v2) does not match the expected API version (v1)")]
    public async Task A_bad_object_is_refused_in_upstreams_words(string body, int code, string message)
    {
        var status = await _bench.ErrorAsync(Request(RequestVerb.Create, ConfigMaps, body: body));
        Assert.Equal((code, message), (status.Code, status.Message));
        Assert.Equal(0, _bench.Store.Writes);
    }

    [Fact]
    public async Task A_limit_range_without_a_name_is_called_by_a_uuid()
    {
        var created = await _bench.StoredAsync(Request(RequestVerb.Create, new GroupVersionResource("", "v1", "limitranges"), body: """{"metadata":{},"spec":{"limits":[]}}"""));
        Assert.Equal(("uid-2", "uid-1"), (created.Key.Name, created.Head.Uid));
    }

    [Fact]
    public async Task The_prefix_of_an_address_is_its_name()
    {
        var addresses = new GroupVersionResource("networking.k8s.io", "v1", "ipaddresses");
        var created = await _bench.StoredAsync(Request(RequestVerb.Create, addresses, body: """{"metadata":{"generateName":"10.0.0.7"},"spec":{"parentRef":{"resource":"services","namespace":"d","name":"a"}}}"""));
        Assert.Equal("10.0.0.7", created.Key.Name);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_a_409()
    {
        await _bench.CreateConfigMapAsync("a");
        var status = await _bench.ErrorAsync(Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"name":"a"}}"""));
        Assert.Equal((409, "AlreadyExists", "configmaps \"a\" already exists"), (status.Code, status.Reason, status.Message));
    }

    [Fact]
    public async Task A_generated_name_that_is_taken_is_generated_again()
    {
        await _bench.CreateConfigMapAsync("web-aaaaa");
        _bench.Identities.Suffixes.Enqueue("aaaaa");
        _bench.Identities.Suffixes.Enqueue("bbbbb");
        var created = await _bench.StoredAsync(Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"generateName":"web-"}}"""));
        Assert.Equal("web-bbbbb", created.Key.Name);
    }

    [Fact]
    public async Task A_generator_without_luck_gives_up_after_eight_names()
    {
        await _bench.CreateConfigMapAsync("web-aaaaa");
        for (var i = 0; i < 9; i++)
            _bench.Identities.Suffixes.Enqueue("aaaaa");
        var status = await _bench.ErrorAsync(Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"generateName":"web-"}}"""));
        Assert.Equal((409, "AlreadyExists", 1), (status.Code, status.Reason, status.RetryAfterSeconds));
        Assert.Equal("configmaps \"web-aaaaa\" already exists, the server was not able to generate a unique name for the object", status.Message);
        Assert.Single(_bench.Identities.Suffixes);
    }

    [Fact]
    public async Task A_dry_run_writes_nothing_and_shows_an_object_without_revision()
    {
        var request = Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"name":"a"}}""") with { Query = new RequestQuery { DryRun = ["All"] } };
        var shown = await _bench.JsonAsync(request);
        Assert.Null(shown["metadata"]!["resourceVersion"]);
        Assert.Equal("uid-1", (string?)shown["metadata"]!["uid"]);
        Assert.Equal(0, _bench.Store.Writes);
    }

    [Theory]
    [InlineData("DryRun", "dryRun: Unsupported value: \"Some\": supported values: \"All\"")]
    [InlineData("FieldValidation", "fieldValidation: Unsupported value: \"Some\": supported values: \"Ignore\", \"Strict\", \"Warn\"")]
    public async Task An_option_that_makes_no_sense_is_a_422(string option, string cause)
    {
        var query = option == "DryRun" ? new RequestQuery { DryRun = ["Some"] } : new RequestQuery { FieldValidation = "Some" };
        var status = await _bench.ErrorAsync(Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"name":"a"}}""") with { Query = query });
        Assert.Equal((422, $"CreateOptions.meta.k8s.io \"\" is invalid: {cause}"), (status.Code, status.Message));
    }

    [Fact]
    public async Task Unknown_fields_are_dropped_with_a_warning()
    {
        var request = Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"name":"a"},"dta":{"k":"v"}}""");
        Assert.False((await _bench.JsonAsync(request)).ContainsKey("dta"));
        Assert.Equal(["unknown field \"dta\""], request.Warnings.Items);
    }

    [Fact]
    public async Task Unknown_fields_are_refused_under_strict_validation()
    {
        var request = Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"name":"a"},"dta":{"k":"v"}}""") with { Query = new RequestQuery { FieldValidation = "Strict" } };
        var status = await _bench.ErrorAsync(request);
        Assert.Equal((400, "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"dta\""), (status.Code, status.Message));
    }

    [Fact]
    public async Task Yaml_is_read_like_json()
    {
        var created = await _bench.JsonAsync(Request(RequestVerb.Create, ConfigMaps, body: "metadata:\n  name: a\ndata:\n  k: \"1\"\n", contentType: "application/yaml"));
        Assert.Equal("1", (string?)created["data"]!["k"]);
    }

    [Fact]
    public async Task Any_other_form_of_body_is_a_415()
    {
        var status = await _bench.ErrorAsync(Request(RequestVerb.Create, ConfigMaps, body: "k8s", contentType: "application/cbor"));
        Assert.Equal((415, "UnsupportedMediaType"), (status.Code, status.Reason));
    }

    [Fact]
    public async Task A_denied_request_says_who_cannot_do_what()
    {
        _bench.Authorizer.Decide = static _ => ActorKube.ApiServer.Security.AccessDecision.NoOpinion;
        var status = await _bench.ErrorAsync(Request(RequestVerb.List, Pods));
        Assert.Equal((403, "Forbidden", "pods is forbidden: User \"alice\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\""), (status.Code, status.Reason, status.Message));
    }

    [Fact]
    public async Task A_kind_that_counts_generations_starts_at_one_without_status()
    {
        var body = """{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}},"status":{"replicas":9}}""";
        var created = await _bench.JsonAsync(Request(RequestVerb.Create, Deployments, body: body));
        Assert.Equal(1, (int)created["metadata"]!["generation"]!);
        Assert.True(created["status"] is null or JsonObject { Count: 0 });
    }

    [Theory]
    [InlineData("", "application/json", "couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)")]
    [InlineData("{", "application/json", "couldn't get version/kind; json parse error: unexpected end of JSON input ({)")]
    [InlineData("[]", "application/json", "couldn't get version/kind; json parse error: json: cannot unmarshal array into an object (5b5d)")]
    [InlineData("""{"metadata":{"name":"a name that is long"}""", "application/json", "couldn't get version/kind; json parse error: unexpected end of JSON input ({\"metadata\":{\"name\":\"a name th ...)")]
    public async Task A_body_that_is_nothing_is_shown_as_it_begins(string body, string type, string why)
    {
        var status = await _bench.ErrorAsync(Request(RequestVerb.Create, ConfigMaps, body: body, contentType: type));
        Assert.Equal((400, $"the object provided is unrecognized (must be of type ConfigMap): {why}"), (status.Code, status.Message));
    }
}
