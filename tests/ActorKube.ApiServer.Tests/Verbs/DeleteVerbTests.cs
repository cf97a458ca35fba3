using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.ApiServer.Pipeline;
using ActorKube.ApiServer.Tests.Fakes;
using static ActorKube.ApiServer.Tests.Fakes.PipelineBench;

namespace ActorKube.ApiServer.Tests.Verbs;

public sealed class DeleteVerbTests
{
    private const string RunningPod = """{"metadata":{"name":"p"},"spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}]}}""";
    private readonly PipelineBench _bench = new();

    private static ApiRequest Delete(GroupVersionResource resource, string name, string options = "") => Request(RequestVerb.Delete, resource, name, options);

    [Fact]
    public async Task A_deletion_answers_with_a_status_that_names_the_object()
    {
        await _bench.CreateConfigMapAsync("a");
        var status = await _bench.JsonAsync(Delete(ConfigMaps, "a"));
        Assert.Equal(
            """{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","details":{"name":"a","kind":"configmaps","uid":"uid-1"}}""", status.ToJsonString());
        Assert.Equal(404, (await _bench.ErrorAsync(Delete(ConfigMaps, "a"))).Code);
    }

    [Theory]
    [InlineData("""{"preconditions":{"uid":"other"}}""", "the UID in the precondition (other) does not match the UID in record (uid-1). The object might have been deleted and then recreated")]
    [InlineData("""{"preconditions":{"resourceVersion":"1"}}""", "the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (2). The object might have been modified")]
    public async Task A_precondition_that_does_not_hold_is_a_409(string options, string why)
    {
        await _bench.CreateConfigMapAsync("a");
        var status = await _bench.ErrorAsync(Delete(ConfigMaps, "a", options));
        Assert.Equal((409, $"Operation cannot be fulfilled on configmaps \"a\": {why}"), (status.Code, status.Message));
    }

    [Theory]
    [InlineData("""{"propagationPolicy":"Sideways"}""", 422)]
    [InlineData("""{"kind":"DeleteOptions","apiVersion":"v9"}""", 400)]
    [InlineData("""{"propagationPolicy":"Orphan","orphanDependents":true}""", 422)]
    [InlineData("""{"gracePeriodSeconds":"soon"}""", 400)]
    [InlineData("""{"kind":"Pod"}""", 400)]
    [InlineData("""{"dryRun":["No"]}""", 422)]
    [InlineData("""{"dryRun":"All"}""", 400)]
    [InlineData("""{"dryRun":[5]}""", 400)]
    [InlineData("""{"preconditions":"x"}""", 400)]
    [InlineData("""{"preconditions":{"uid":5}}""", 400)]
    [InlineData("""{"preconditions":{"resourceVersion":5}}""", 400)]
    [InlineData("""{"kind":5}""", 400)]
    public async Task Options_that_make_no_sense_are_refused(string options, int code)
    {
        await _bench.CreateConfigMapAsync("a");
        Assert.Equal(code, (await _bench.ErrorAsync(Delete(ConfigMaps, "a", options))).Code);
    }

    [Theory]
    [InlineData("Foreground", "foregroundDeletion")]
    [InlineData("Orphan", "orphan")]
    public async Task A_policy_becomes_a_finalizer(string policy, string finalizer)
    {
        await _bench.CreateConfigMapAsync("a");
        var marked = await _bench.JsonAsync(Delete(ConfigMaps, "a", $$"""{"propagationPolicy":"{{policy}}"}"""));
        Assert.Equal($$"""["{{finalizer}}"]""", marked["metadata"]!["finalizers"]!.ToJsonString());
        Assert.Equal(("2026-01-02T03:04:05Z", 0), ((string?)marked["metadata"]!["deletionTimestamp"], (int)marked["metadata"]!["deletionGracePeriodSeconds"]!));
    }

    [Fact]
    public async Task A_running_pod_gets_its_grace_period()
    {
        await _bench.StoredAsync(Request(RequestVerb.Create, Pods, body: RunningPod));
        var marked = await _bench.JsonAsync(Delete(Pods, "p"));
        Assert.Equal(("2026-01-02T03:04:35Z", 30), ((string?)marked["metadata"]!["deletionTimestamp"], (int)marked["metadata"]!["deletionGracePeriodSeconds"]!));
        Assert.Equal(2, (int)marked["metadata"]!["generation"]!);
    }

    [Fact]
    public async Task A_grace_period_beyond_the_calendar_ends_with_it()
    {
        await _bench.StoredAsync(Request(RequestVerb.Create, Pods, body: RunningPod));
        var marked = await _bench.JsonAsync(Delete(Pods, "p", """{"gracePeriodSeconds":1000000000000}"""));
        Assert.Equal("9999-12-31T23:59:59Z", (string?)marked["metadata"]!["deletionTimestamp"]);
    }

    [Fact]
    public async Task A_grace_period_can_be_shortened_and_not_lengthened()
    {
        await _bench.StoredAsync(Request(RequestVerb.Create, Pods, body: RunningPod));
        await _bench.JsonAsync(Delete(Pods, "p"));
        _bench.Time.Advance(TimeSpan.FromSeconds(5));
        var longer = await _bench.JsonAsync(Delete(Pods, "p", """{"gracePeriodSeconds":60}"""));
        Assert.Equal(30, (int)longer["metadata"]!["deletionGracePeriodSeconds"]!);
        var shorter = await _bench.JsonAsync(Delete(Pods, "p", """{"gracePeriodSeconds":10}"""));
        Assert.Equal(("2026-01-02T03:04:15Z", 10), ((string?)shorter["metadata"]!["deletionTimestamp"], (int)shorter["metadata"]!["deletionGracePeriodSeconds"]!));
        _bench.Time.Advance(TimeSpan.FromSeconds(20));
        var late = await _bench.JsonAsync(Delete(Pods, "p", """{"gracePeriodSeconds":3}"""));
        Assert.Equal(("2026-01-02T03:04:30Z", 1), ((string?)late["metadata"]!["deletionTimestamp"], (int)late["metadata"]!["deletionGracePeriodSeconds"]!));
    }

    [Fact]
    public async Task No_grace_ends_a_pod_at_once_and_answers_with_it()
    {
        await _bench.StoredAsync(Request(RequestVerb.Create, Pods, body: RunningPod));
        await _bench.JsonAsync(Delete(Pods, "p"));
        var gone = await _bench.JsonAsync(Delete(Pods, "p", """{"gracePeriodSeconds":0}"""));
        Assert.Equal("Pod", (string?)gone["kind"]);
        Assert.Equal(404, (await _bench.ErrorAsync(Request(RequestVerb.Get, Pods, "p"))).Code);
    }

    [Fact]
    public async Task A_pod_without_node_goes_at_once()
    {
        await _bench.StoredAsync(Request(RequestVerb.Create, Pods, body: """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}"""));
        await _bench.JsonAsync(Delete(Pods, "p"));
        Assert.Equal(404, (await _bench.ErrorAsync(Request(RequestVerb.Get, Pods, "p"))).Code);
    }

    [Fact]
    public async Task A_namespace_waits_for_its_finalizer()
    {
        await _bench.StoredAsync(Request(RequestVerb.Create, Namespaces, body: """{"metadata":{"name":"n"}}"""));
        var marked = await _bench.JsonAsync(Delete(Namespaces, "n"));
        Assert.Equal("Terminating", (string?)marked["status"]!["phase"]);
        await _bench.JsonAsync(Delete(Namespaces, "n"));
        marked["spec"] = new JsonObject();
        await _bench.JsonAsync(Request(RequestVerb.Update, Namespaces, "n", marked.ToJsonString()) with { Subresource = "finalize" });
        Assert.Equal(404, (await _bench.ErrorAsync(Request(RequestVerb.Get, Namespaces, "n"))).Code);
    }

    [Fact]
    public async Task A_dry_run_deletes_nothing()
    {
        await _bench.CreateConfigMapAsync("a");
        await _bench.JsonAsync(Delete(ConfigMaps, "a") with { Query = new RequestQuery { DryRun = ["All"] } });
        Assert.Equal(1, _bench.Store.Writes);
    }

    [Fact]
    public async Task A_collection_is_deleted_as_far_as_it_matches()
    {
        for (var i = 0; i < 7; i++)
            await _bench.CreateConfigMapAsync($"a{i}", metadata: i % 2 == 0 ? ""","labels":{"even":"yes"}""" : "");
        var request = Request(RequestVerb.DeleteCollection, ConfigMaps) with { Query = new RequestQuery { LabelSelector = "even=yes" } };
        var deleted = (ListResponse)await _bench.Pipeline.ExecuteAsync(request, default);
        Assert.Equal(4, deleted.Items.Count());
        var left = (ListResponse)await _bench.Pipeline.ExecuteAsync(Request(RequestVerb.List, ConfigMaps), default);
        Assert.Equal(["a1", "a3", "a5"], left.Items.Select(i => i.Key.Name));
    }
}
