using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using ActorKube.Protocol.Store;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Verbs;

public sealed class UpdateVerbTests
{
    private const string Deployment =
        """{"metadata":{"name":"d"},"spec":{"replicas":1,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""";

    private readonly PipelineBench _bench = new();

    private static ApiRequest Put(GroupVersionResource resource, JsonObject obj, string subresource = "") =>
        Request(RequestVerb.Update, resource, (string)obj["metadata"]!["name"]!, obj.ToJsonString()) with { Subresource = subresource };

    private async Task<JsonObject> ExistingAsync(GroupVersionResource resource, string body) => await _bench.JsonAsync(Request(RequestVerb.Create, resource, body: body));

    [Fact]
    public async Task An_update_keeps_what_clients_cannot_change()
    {
        var existing = Decode(await _bench.CreateConfigMapAsync("a", """{"k":"v"}"""));
        var sent = JsonNode.Parse("""{"metadata":{"name":"a","creationTimestamp":"2001-01-01T00:00:00Z","generation":9},"data":{"k":"w"}}""")!.AsObject();
        var updated = await _bench.JsonAsync(Put(ConfigMaps, sent));
        Assert.Equal("w", (string?)updated["data"]!["k"]);
        Assert.Equal((string?)existing["metadata"]!["uid"], (string?)updated["metadata"]!["uid"]);
        Assert.Equal("2026-01-02T03:04:05Z", (string?)updated["metadata"]!["creationTimestamp"]);
        Assert.Null(updated["metadata"]!["generation"]);
        Assert.Equal("3", (string?)updated["metadata"]!["resourceVersion"]);
    }

    [Fact]
    public async Task An_update_that_changes_nothing_writes_nothing_and_answers_the_present_state()
    {
        var existing = await _bench.CreateConfigMapAsync("a", """{"k":"v"}""");
        var answer = await _bench.StoredAsync(Put(ConfigMaps, Decode(existing)));
        Assert.Same(existing, answer);
        Assert.Equal(1, _bench.Store.Writes);
    }

    [Theory]
    [InlineData("{}", "the name of the object (a based on URL) was undeterminable: name must be provided")]
    [InlineData("""{"metadata":{"name":"b"}}""", "the name of the object (b) does not match the name on the URL (a)")]
    public async Task An_update_says_what_it_is_about(string body, string message)
    {
        await _bench.CreateConfigMapAsync("a");
        var status = await _bench.ErrorAsync(Request(RequestVerb.Update, ConfigMaps, "a", body));
        Assert.Equal((400, message), (status.Code, status.Message));
    }

    [Fact]
    public async Task An_old_resource_version_is_a_409()
    {
        var old = Decode(await _bench.CreateConfigMapAsync("a"));
        await _bench.JsonAsync(Put(ConfigMaps, JsonNode.Parse("""{"metadata":{"name":"a"},"data":{"k":"1"}}""")!.AsObject()));
        var status = await _bench.ErrorAsync(Put(ConfigMaps, old));
        Assert.Equal(
            (409, "Conflict", "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again"),
            (status.Code, status.Reason, status.Message));
    }

    [Fact]
    public async Task A_write_between_reading_and_writing_is_a_409_too()
    {
        var old = Decode(await _bench.CreateConfigMapAsync("a"));
        old["data"] = new JsonObject { ["k"] = "mine" };
        Interfere("theirs");
        Assert.Equal(409, (await _bench.ErrorAsync(Put(ConfigMaps, old))).Code);
    }

    [Fact]
    public async Task An_update_without_resource_version_replaces_whatever_there_is()
    {
        await _bench.CreateConfigMapAsync("a");
        Interfere("theirs");
        var updated = await _bench.JsonAsync(Put(ConfigMaps, JsonNode.Parse("""{"metadata":{"name":"a"},"data":{"k":"mine"}}""")!.AsObject()));
        Assert.Equal(("mine", "4"), ((string?)updated["data"]!["k"], (string?)updated["metadata"]!["resourceVersion"]));
    }

    [Fact]
    public async Task A_lease_is_not_updated_without_resource_version()
    {
        var leases = new GroupVersionResource("coordination.k8s.io", "v1", "leases");
        await ExistingAsync(leases, """{"metadata":{"name":"l"},"spec":{"holderIdentity":"x"}}""");
        var status = await _bench.ErrorAsync(Put(leases, JsonNode.Parse("""{"metadata":{"name":"l"},"spec":{"holderIdentity":"y"}}""")!.AsObject()));
        Assert.Equal((422, "leases.coordination.k8s.io \"l\" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update"), (status.Code, status.Message));
    }

    [Fact]
    public async Task Another_uid_is_a_409()
    {
        await _bench.CreateConfigMapAsync("a");
        var status = await _bench.ErrorAsync(Put(ConfigMaps, JsonNode.Parse("""{"metadata":{"name":"a","uid":"other"}}""")!.AsObject()));
        Assert.Equal((409, "Operation cannot be fulfilled on configmaps \"a\": Precondition failed: UID in precondition: other, UID in object meta: uid-1"), (status.Code, status.Message));
    }

    [Fact]
    public async Task Another_name_in_the_body_is_a_400()
    {
        await _bench.CreateConfigMapAsync("a");
        var status = await _bench.ErrorAsync(Request(RequestVerb.Update, ConfigMaps, "a", """{"metadata":{"name":"b"}}"""));
        Assert.Equal((400, "the name of the object (b) does not match the name on the URL (a)"), (status.Code, status.Message));
    }

    [Fact]
    public async Task What_is_not_there_is_a_404()
    {
        var status = await _bench.ErrorAsync(Request(RequestVerb.Update, ConfigMaps, "a", """{"metadata":{"name":"a"}}"""));
        Assert.Equal((404, "NotFound", "configmaps \"a\" not found"), (status.Code, status.Reason, status.Message));
    }

    [Fact]
    public async Task Some_kinds_are_created_by_an_update()
    {
        var leases = new GroupVersionResource("coordination.k8s.io", "v1", "leases");
        var response = (ObjectResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.Update, leases, "l", """{"metadata":{"name":"l"}}"""), default);
        Assert.Equal((201, 2L), (response.Code, response.Object.Revision));
    }

    [Fact]
    public async Task The_generation_grows_with_the_spec_only()
    {
        var obj = await ExistingAsync(Deployments, Deployment);
        obj["metadata"]!["labels"] = new JsonObject { ["x"] = "y" };
        obj = await _bench.JsonAsync(Put(Deployments, obj));
        Assert.Equal(1, (int)obj["metadata"]!["generation"]!);
        obj["spec"]!["replicas"] = 2;
        obj = await _bench.JsonAsync(Put(Deployments, obj));
        Assert.Equal(2, (int)obj["metadata"]!["generation"]!);
    }

    [Fact]
    public async Task Status_is_written_through_status_and_spec_is_not()
    {
        var obj = await ExistingAsync(Deployments, Deployment);
        obj["status"] = new JsonObject { ["replicas"] = 3 };
        obj["spec"]!["replicas"] = 7;
        var updated = await _bench.JsonAsync(Put(Deployments, obj, "status"));
        Assert.Equal((3, 1, 1), ((int)updated["status"]!["replicas"]!, (int)updated["spec"]!["replicas"]!, (int)updated["metadata"]!["generation"]!));
        updated["status"] = new JsonObject { ["replicas"] = 9 };
        updated["spec"]!["replicas"] = 2;
        updated = await _bench.JsonAsync(Put(Deployments, updated));
        Assert.Equal((3, 2), ((int)updated["status"]!["replicas"]!, (int)updated["spec"]!["replicas"]!));
    }

    [Fact]
    public async Task A_dry_run_shows_the_result_and_writes_nothing()
    {
        await _bench.CreateConfigMapAsync("a");
        var request = Request(RequestVerb.Update, ConfigMaps, "a", """{"metadata":{"name":"a"},"data":{"k":"v"}}""") with { Query = new RequestQuery { DryRun = ["All"] } };
        Assert.Equal("v", (string?)(await _bench.JsonAsync(request))["data"]!["k"]);
        Assert.Equal(1, _bench.Store.Writes);
    }

    [Fact]
    public async Task Taking_off_the_last_finalizer_of_an_object_marked_for_deletion_removes_it()
    {
        await _bench.CreateConfigMapAsync("a", metadata: ""","finalizers":["example.com/x"]""");
        var marked = await _bench.JsonAsync(Request(RequestVerb.Delete, ConfigMaps, "a"));
        Assert.NotNull(marked["metadata"]!["deletionTimestamp"]);
        marked["metadata"]!.AsObject().Remove("finalizers");
        await _bench.JsonAsync(Put(ConfigMaps, marked));
        Assert.Equal(404, (await _bench.ErrorAsync(Request(RequestVerb.Get, ConfigMaps, "a"))).Code);
    }

    [Fact]
    public async Task An_immutable_config_map_stays_as_it_is()
    {
        await _bench.StoredAsync(Request(RequestVerb.Create, ConfigMaps, body: """{"metadata":{"name":"a"},"data":{"k":"v"},"immutable":true}"""));
        var status = await _bench.ErrorAsync(Put(ConfigMaps, JsonNode.Parse("""{"metadata":{"name":"a"},"data":{"k":"w"},"immutable":true}""")!.AsObject()));
        Assert.Equal((422, "ConfigMap \"a\" is invalid: data: Forbidden: field is immutable when `immutable` is set"), (status.Code, status.Message));
    }

    // Lets another writer come in right before the next write.
    private void Interfere(string value) => _bench.Store.BeforeWrite = async (id, command) =>
    {
        _bench.Store.BeforeWrite = null;
        var key = command.Key;
        var present = (await _bench.Store.ReadAsync(id, ReadAt.Latest, default)).Find(key)!;
        var theirs = Decode(present);
        theirs["data"] = new JsonObject { ["k"] = value };
        await _bench.Store.WriteAsync(id, new ReplaceObject(key, present.Revision, Api.Json.ObjectEncoder.Encode(theirs)), default);
    };
}
