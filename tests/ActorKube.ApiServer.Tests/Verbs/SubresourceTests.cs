using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Verbs;

public sealed class SubresourceTests
{
    private static readonly GroupVersionResource Accounts = new("", "v1", "serviceaccounts");
    private readonly PipelineBench _bench = new();

    private Task CreateDeploymentAsync() => _bench.RunAsync(Request(RequestVerb.Create, Deployments, body:
        """{"metadata":{"name":"d"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}"""));

    private Task CreatePodAsync() => _bench.RunAsync(Request(RequestVerb.Create, Pods, body: """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}"""));

    private static ApiRequest Bind(string node) =>
        Request(RequestVerb.Create, Pods, "p", $$$"""{"metadata":{"name":"p"},"target":{"kind":"Node","name":"{{{node}}}"}}""") with { Subresource = "binding" };

    [Fact]
    public async Task A_scale_shows_and_changes_the_replicas()
    {
        await CreateDeploymentAsync();
        var scale = await _bench.JsonAsync(Request(RequestVerb.Get, Deployments, "d") with { Subresource = "scale" });
        Assert.Equal(
            """{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"d","namespace":"default","uid":"uid-1","resourceVersion":"2","creationTimestamp":"2026-01-02T03:04:05Z"},"spec":{"replicas":2},"status":{"replicas":0,"selector":"a=b"}}""",
            scale.ToJsonString());
        scale["spec"]!["replicas"] = 5;
        var updated = await _bench.JsonAsync(Request(RequestVerb.Update, Deployments, "d", scale.ToJsonString()) with { Subresource = "scale" });
        Assert.Equal(5L, (long)updated["spec"]!["replicas"]!);
        var patched = await _bench.JsonAsync(Request(RequestVerb.Patch, Deployments, "d", """{"spec":{"replicas":6}}""", "application/merge-patch+json") with { Subresource = "scale" });
        Assert.Equal(6L, (long)patched["spec"]!["replicas"]!);
        var deployment = await _bench.JsonAsync(Request(RequestVerb.Get, Deployments, "d"));
        Assert.Equal((6, 3), ((int)deployment["spec"]!["replicas"]!, (int)deployment["metadata"]!["generation"]!));
    }

    [Theory]
    [InlineData("exec", "create is not supported on resources of kind \"pods/exec\"")]
    [InlineData("portforward", "create is not supported on resources of kind \"pods/portforward\"")]
    public async Task A_stream_that_no_edge_serves_is_said_to_be_missing_rather_than_unknown(string part, string why)
    {
        await CreatePodAsync();
        var status = await _bench.ErrorAsync(Request(RequestVerb.Create, Pods, "p") with { Subresource = part });
        Assert.Equal((405, why), (status.Code, status.Message));
    }

    [Fact]
    public async Task Who_adds_an_ephemeral_container_is_told_once_that_it_does_not_run()
    {
        await CreatePodAsync();
        var add = Request(RequestVerb.Patch, Pods, "p", """{"spec":{"ephemeralContainers":[{"name":"d","image":"i"}]}}""", "application/strategic-merge-patch+json") with { Subresource = "ephemeralcontainers" };
        await _bench.RunAsync(add);
        Assert.Equal(["spec.ephemeralContainers[0]: ephemeral containers are stored but not run yet"], add.Warnings.Items);
        var label = Request(RequestVerb.Patch, Pods, "p", """{"metadata":{"labels":{"a":"b"}}}""", "application/merge-patch+json");
        await _bench.RunAsync(label);
        Assert.Empty(label.Warnings.Items);
    }

    [Fact]
    public async Task A_scale_below_nothing_is_a_422()
    {
        await CreateDeploymentAsync();
        var status = await _bench.ErrorAsync(Request(RequestVerb.Update, Deployments, "d", """{"metadata":{"name":"d"},"spec":{"replicas":-1}}""") with { Subresource = "scale" });
        Assert.Equal((422, "Scale.autoscaling \"d\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0"), (status.Code, status.Message));
    }

    [Fact]
    public async Task A_binding_assigns_a_pod_once()
    {
        await CreatePodAsync();
        var done = (DocumentResponse)await _bench.Pipeline.ExecuteAsync(Bind("n1"), default);
        Assert.Equal(201, done.Code);
        var pod = await _bench.JsonAsync(Request(RequestVerb.Get, Pods, "p"));
        Assert.Equal(("n1", "True"), ((string?)pod["spec"]!["nodeName"], (string?)pod["status"]!["conditions"]![0]!["status"]));
        var status = await _bench.ErrorAsync(Bind("n2"));
        Assert.Equal((409, "Operation cannot be fulfilled on pods/binding \"p\": pod p is already assigned to node \"n1\""), (status.Code, status.Message));
    }

    [Fact]
    public async Task A_bound_pod_keeps_its_generation_and_is_nominated_no_longer()
    {
        await CreatePodAsync();
        await _bench.RunAsync(Request(RequestVerb.Patch, Pods, "p", """{"status":{"nominatedNodeName":"n2"}}""", "application/merge-patch+json") with { Subresource = "status" });
        Assert.Equal("n2", (string?)(await _bench.JsonAsync(Request(RequestVerb.Get, Pods, "p")))["status"]!["nominatedNodeName"]);
        await _bench.RunAsync(Bind("n1"));
        var pod = await _bench.JsonAsync(Request(RequestVerb.Get, Pods, "p"));
        Assert.Equal((1, null), ((int)pod["metadata"]!["generation"]!, pod["status"]!["nominatedNodeName"]));
    }

    [Fact]
    public async Task A_scheduler_of_an_older_epoch_cannot_bind()
    {
        await CreatePodAsync();
        await _bench.RunAsync(Bind("n1") with { Epoch = 7 });
        await _bench.RunAsync(Request(RequestVerb.Create, Pods, body: """{"metadata":{"name":"q"},"spec":{"containers":[{"name":"c","image":"i"}]}}"""));
        var old = Request(RequestVerb.Create, Pods, "q", """{"target":{"name":"n1"}}""") with { Subresource = "binding", Epoch = 6 };
        Assert.Equal((409, "Conflict"), (await _bench.ErrorAsync(old)) is var status ? (status.Code, status.Reason) : default);
    }

    [Fact]
    public async Task An_eviction_deletes()
    {
        await CreatePodAsync();
        var done = (DocumentResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.Create, Pods, "p", """{"metadata":{"name":"p"}}""") with { Subresource = "eviction" }, default);
        Assert.Equal((201, "Success"), (done.Code, (string?)done.Document["status"]));
        Assert.Equal(404, (await _bench.ErrorAsync(Request(RequestVerb.Get, Pods, "p"))).Code);
    }

    [Fact]
    public async Task A_token_is_issued_for_an_account_that_exists()
    {
        var request = Request(RequestVerb.Create, Accounts, "sa", """{"spec":{"audiences":["x"]}}""") with { Subresource = "token" };
        Assert.Equal(404, (await _bench.ErrorAsync(request)).Code);
        await _bench.RunAsync(Request(RequestVerb.Create, Accounts, body: """{"metadata":{"name":"sa"}}"""));
        Assert.Equal("alice:default/sa", (string?)(await _bench.JsonAsync(request))["status"]!["token"]);
    }

    [Fact]
    public async Task A_review_is_answered_and_not_stored()
    {
        var answer = await _bench.JsonAsync(Request(RequestVerb.Create, new GroupVersionResource("authentication.k8s.io", "v1", "selfsubjectreviews"), body: "{}"));
        Assert.Equal(("SelfSubjectReview", "alice"), ((string?)answer["kind"], (string?)answer["status"]!["user"]));
        Assert.Equal(0, _bench.Store.Writes);
    }

    [Theory]
    [InlineData("bogus", 404)]
    [InlineData("log", 405)]
    [InlineData("binding", 405)]
    public async Task A_subresource_that_cannot_be_read_is_refused(string subresource, int code)
    {
        await CreatePodAsync();
        Assert.Equal(code, (await _bench.ErrorAsync(Request(RequestVerb.Get, Pods, "p") with { Subresource = subresource })).Code);
    }

    [Fact]
    public async Task What_is_not_served_is_a_404() =>
        Assert.Equal(404, (await _bench.ErrorAsync(Request(RequestVerb.List, new GroupVersionResource("example.com", "v1", "widgets")))).Code);

    [Fact]
    public async Task A_review_in_a_namespace_is_about_that_namespace()
    {
        var reviews = new GroupVersionResource("authorization.k8s.io", "v1", "localsubjectaccessreviews");
        var review = await _bench.JsonAsync(Request(RequestVerb.Create, reviews, body: """{"spec":{"user":"bob"}}"""));
        Assert.Equal("default", (string?)review["metadata"]!["namespace"]);
        Assert.Equal(400, (await _bench.ErrorAsync(Request(RequestVerb.Create, reviews, body: """{"metadata":{"namespace":"other"},"spec":{"user":"bob"}}"""))).Code);
    }

    [Fact]
    public async Task A_verb_that_a_kind_lacks_is_a_405()
    {
        var status = await _bench.ErrorAsync(Request(RequestVerb.DeleteCollection, Namespaces));
        Assert.Equal((405, "MethodNotAllowed"), (status.Code, status.Reason));
    }
}
