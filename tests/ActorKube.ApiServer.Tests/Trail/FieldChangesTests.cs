using System.Text.Json.Nodes;
using ActorKube.ApiServer.Trail;

namespace ActorKube.ApiServer.Tests.Trail;

public sealed class FieldChangesTests
{
    [Theory]
    [InlineData("""{"spec":{"replicas":3}}""", """{"spec":{"replicas":5}}""", "spec.replicas 3 → 5")]
    [InlineData("""{"spec":{"replicas":3}}""", """{"spec":{"replicas":3,"paused":true}}""", "spec.paused none → true")]
    [InlineData("""{"spec":{"paused":true}}""", """{"spec":{}}""", "spec.paused true → none")]
    [InlineData("""{"spec":{"a":"x"}}""", """{"spec":{"a":""}}""", "spec.a x → \"\"")]
    [InlineData(
        """{"spec":{"containers":[{"name":"a","image":"one"},{"name":"b","image":"two"}]}}""", """{"spec":{"containers":[{"name":"new","image":"x"},{"name":"a","image":"one"},{"name":"b","image":"three"}]}}""",
        """spec.containers[b].image two → three; spec.containers[new] none → {"name":"new","image":"x"}""")]
    [InlineData("""{"spec":{"args":["a"]}}""", """{"spec":{"args":["a","b"]}}""", """spec.args ["a"] → ["a","b"]""")]
    [InlineData("""{"metadata":{"labels":{"app":"web"}}}""", """{"metadata":{"labels":{"app":"api"}}}""", "metadata.labels.app web → api")]
    [InlineData("""{"metadata":{"labels":{"example.com/tier":"web"}}}""", """{"metadata":{"labels":{}}}""", "metadata.labels[example.com/tier] web → none")]
    [InlineData("""{"metadata":{"finalizers":["a/b"]}}""", """{"metadata":{}}""", """metadata.finalizers ["a/b"] → none""")]
    [InlineData("""{"metadata":{"annotations":{"a":"b"}}}""", """{"metadata":{}}""", "metadata.annotations.a b → none")]
    [InlineData("""{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"},"generation":1},"status":{"ready":1}}""", """{"metadata":{"generation":2},"status":{"ready":2}}""", "")]
    public void Fields_that_differ_are_named(string old, string now, string expected) =>
        Assert.Equal(expected, string.Join("; ", FieldChanges.Between(Json(old), Json(now))));

    [Fact]
    public void The_status_counts_where_it_is_what_was_written() =>
        Assert.Equal(["status.phase a → b"], FieldChanges.Between(Json("""{"status":{"phase":"a"}}"""), Json("""{"status":{"phase":"b"}}"""), withStatus: true));

    [Theory]
    [InlineData("""{"spec":{"containers":[{"name":"c","env":[{"name":"P","value":"old"}]}]}}""", """{"spec":{"containers":[{"name":"c","env":[{"name":"P","value":"secret"}]}]}}""", "spec.containers[c].env[P].value changed")]
    [InlineData("""{"spec":{"containers":[{"name":"c"}]}}""", """{"spec":{"containers":[{"name":"c","env":[{"name":"P","value":"secret"}]}]}}""", "spec.containers[c].env changed")]
    [InlineData("""{"spec":{"containers":[]}}""", """{"spec":{"containers":[{"name":"c","env":[{"name":"P","value":"secret"}]}]}}""", "spec.containers[c] none → {…}")]
    public void What_stands_in_environments_is_not_kept(string old, string now, string expected) => Assert.Equal([expected], FieldChanges.Between(Json(old), Json(now)));

    [Fact]
    public void Long_values_and_many_fields_are_cut_short()
    {
        var now = new JsonObject { ["spec"] = new JsonObject(Enumerable.Range(0, 13).Select(i => KeyValuePair.Create<string, JsonNode?>($"f{i}", i == 0 ? new string('x', 59) + "\U0001F600" : i))) };
        var changes = FieldChanges.Between(Json("""{"spec":{}}"""), now);
        Assert.Equal(FieldChanges.Most + 1, changes.Count);
        Assert.Equal($"spec.f0 none → {new string('x', 59)}…", changes[0]);
        Assert.Equal("and 3 more fields", changes[^1]);
    }

    private static JsonObject Json(string text) => (JsonObject)JsonNode.Parse(text)!;
}
