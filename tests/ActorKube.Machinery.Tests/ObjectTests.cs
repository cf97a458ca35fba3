using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Reconciling;
using ActorKube.Machinery.Times;
using k8s.Models;

namespace ActorKube.Machinery.Tests;

public class ObjectTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static StoredObject Object(string json) => StoredObject.Parse(Encoding.UTF8.GetBytes(JsonNode.Parse(json)!.ToJsonString()));

    [Fact]
    public void A_pod_view_reads_what_controllers_need_and_skips_the_rest()
    {
        var view = PodView.Project(Object("""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","annotations":{"a":"b","controller.kubernetes.io/pod-deletion-cost":"-7"},"managedFields":[{"x":[1,{"y":null}]}]},
             "spec":{"containers":[{"name":"c","env":[{"name":"nodeName","value":"no"}]}],"nodeName":"n1","tolerations":[]},
             "status":{"phase":"Running","conditions":[{"type":"Initialized","status":"True"},{"type":"Ready","status":"True","lastTransitionTime":"2029-12-31T23:59:50Z","observedGeneration":1}],
             "containerStatuses":[{"restartCount":2,"state":{"running":{}}},{"restartCount":5}],"podIP":"10.0.0.1"}}
            """));
        Assert.Equal(("n1", PodPhase.Running, true, 5, -7), (view.NodeName, view.Phase, view.Ready, view.Restarts, view.DeletionCost));
        Assert.True(view.IsAvailable(10, new Present(Now)));
        Assert.False(view.IsAvailable(11, new Present(Now)));
        Assert.True(view.IsActive);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"p"}}""")]
    [InlineData("""{"metadata":{"name":"p","annotations":null},"spec":null,"status":null}""")]
    [InlineData("""{"metadata":{"name":"p"},"spec":{"nodeName":null},"status":{"phase":"Strange","conditions":null,"containerStatuses":[]}}""")]
    public void A_pod_view_of_a_bare_pod_has_the_defaults(string json)
    {
        var view = PodView.Project(Object(json));
        Assert.Equal(("", PodPhase.Pending, false, 0, 0), (view.NodeName, view.Phase, view.Ready, view.Restarts, view.DeletionCost));
    }

    [Fact]
    public void The_template_hash_ignores_order_nulls_and_itself_but_nothing_else()
    {
        static JsonNode Template(string json) => JsonNode.Parse(json)!;
        var one = Template("""{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"i"}],"volumes":[{"emptyDir":{}}]}}""");
        var same = Template("""{"spec":{"volumes":[{"emptyDir":{}}],"containers":[{"image":"i","name":"c","command":null,"args":[]}]},"metadata":{"labels":{"pod-template-hash":"abc","app":"web"},"creationTimestamp":null}}""");
        var other = Template("""{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"j"}],"volumes":[{"emptyDir":{}}]}}""");
        Assert.Equal(TemplateHash.Fingerprint(one), TemplateHash.Fingerprint(same));
        Assert.NotEqual(TemplateHash.Fingerprint(one), TemplateHash.Fingerprint(other));
        Assert.Equal(TemplateHash.Of(one, 0), TemplateHash.Of(same, 0));
        Assert.NotEqual(TemplateHash.Of(one, 0), TemplateHash.Of(one, 1));
        Assert.Matches("^[bcdfghjklmnpqrstvwxz2456789]{7,10}$", TemplateHash.Of(one, 0));
    }

    [Fact]
    public void The_template_hash_never_changes_between_versions() =>
        Assert.Equal("c458964f6", TemplateHash.Of(JsonNode.Parse("""{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c","image":"web:1"}]}}"""), 0));

    [Fact]
    public void A_status_is_replaced_without_touching_the_rest()
    {
        var item = Object("""{"apiVersion":"v1","kind":"X","metadata":{"name":"a","resourceVersion":"3"},"spec":{"n":1.50,"s":"\u00e9"},"status":{"old":true}}""");
        var json = JsonNode.Parse(item.WithStatus(static w =>
        {
            w.WriteStartObject();
            w.WriteNumber("ready", 2);
            w.WriteEndObject();
        }).Span)!;
        Assert.Equal("""{"ready":2}""", json["status"]!.ToJsonString());
        Assert.Equal("1.50", json["spec"]!["n"]!.ToJsonString());
        Assert.Equal("3", json.Text("metadata", "resourceVersion"));
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"a"},"spec":{},"status":{"old":[1]}}""", """{"metadata":{"name":"a"},"spec":{},"status":{}}""")]
    [InlineData("""{"metadata":{"name":"a"},"status":{"old":[1]},"spec":{}}""", """{"metadata":{"name":"a"},"spec":{},"status":{}}""")]
    [InlineData("""{ "status" : { "status": 1 } , "metadata":{"name":"a"}, "spec":{} }""", """{"metadata":{"name":"a"},"spec":{},"status":{}}""")]
    [InlineData("""{"metadata":{"name":"a","status":"b"}}""", """{"metadata":{"name":"a","status":"b"},"status":{}}""")]
    public void A_status_stands_at_the_end_wherever_it_was(string json, string expected)
    {
        var written = Object(json).WithStatus(static w =>
        {
            w.WriteStartObject();
            w.WriteEndObject();
        });
        Assert.Equal(expected, JsonNode.Parse(written.Span)!.ToJsonString());
    }

    [Fact]
    public void A_stored_object_reads_as_a_typed_one()
    {
        var pod = Object("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","namespace":"d"},"spec":{"containers":[{"name":"c","image":"i"}]}}""").Typed<V1Pod>();
        Assert.Equal(("p", "i"), (pod.Metadata.Name, pod.Spec.Containers[0].Image));
    }

    [Fact]
    public void Expectations_hold_a_key_until_every_cache_has_caught_up_or_patience_ends()
    {
        var expectations = new RevisionExpectations(TimeSpan.FromSeconds(30));
        var key = new ObjectKey("default", "web");
        var seen = new Dictionary<GroupVersionResource, long> { [WellKnownResources.Pods] = 5, [WellKnownResources.ReplicaSets] = 9 };
        long? Revision(GroupVersionResource r) => seen.TryGetValue(r, out var revision) ? revision : null;
        Assert.Null(expectations.Missing(key, Revision, TimeSpan.Zero));
        expectations.Expect(key, WellKnownResources.Pods, 7, TimeSpan.Zero);
        expectations.Expect(key, WellKnownResources.Pods, 6, TimeSpan.Zero);
        expectations.Expect(key, WellKnownResources.Events, 100, TimeSpan.Zero);
        Assert.Equal((WellKnownResources.Pods, 7L), expectations.Missing(key, Revision, TimeSpan.Zero) is { } missing ? (missing.Resource, missing.Revision) : default);
        Assert.Null(expectations.Missing(new ObjectKey("default", "other"), Revision, TimeSpan.Zero));
        seen[WellKnownResources.Pods] = 7;
        Assert.Null(expectations.Missing(key, Revision, TimeSpan.Zero));
        expectations.Expect(key, WellKnownResources.Pods, 8, TimeSpan.Zero);
        Assert.Null(expectations.Missing(key, Revision, TimeSpan.FromSeconds(30)));
    }
}
