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
    [InlineData("""{"spec":{"verbs":["a"]}}""", """{"spec":{"verbs":["a","b"]}}""", """spec.verbs ["a"] → ["a","b"]""")]
    [InlineData("""{"metadata":{"labels":{"app":"web"}}}""", """{"metadata":{"labels":{"app":"api"}}}""", "metadata.labels.app web → api")]
    [InlineData("""{"metadata":{"labels":{"example.com/tier":"web"}}}""", """{"metadata":{"labels":{}}}""", "metadata.labels[example.com/tier] web → none")]
    [InlineData("""{"metadata":{"finalizers":["a/b"]}}""", """{"metadata":{}}""", """metadata.finalizers ["a/b"] → none""")]
    [InlineData(
        """{"metadata":{"annotations":{"deployment.kubernetes.io/revision":"1"}}}""", """{"metadata":{}}""", "metadata.annotations[deployment.kubernetes.io/revision] 1 → none")]
    [InlineData("""{"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"},"generation":1},"status":{"ready":1}}""", """{"metadata":{"generation":2},"status":{"ready":2}}""", "")]
    public void Fields_that_differ_are_named(string old, string now, string expected) =>
        Assert.Equal(expected, string.Join("; ", FieldChanges.Between(Json(old), Json(now))));

    [Fact]
    public void The_status_counts_where_it_is_what_was_written() =>
        Assert.Equal(["status.phase a → b"], FieldChanges.Between(Json("""{"status":{"phase":"a"}}"""), Json("""{"status":{"phase":"b"}}"""), withStatus: true));

    [Theory]
    [InlineData("""{"name":"c","env":[{"name":"P","value":"old"}]}""", """{"name":"c","env":[{"name":"P","value":"secret"}]}""", "spec.containers[c].env[P].value changed")]
    [InlineData("""{"name":"c"}""", """{"name":"c","env":[{"name":"P","value":"secret"}]}""", "spec.containers[c].env set")]
    [InlineData("""{"name":"c","args":["--password=old"]}""", """{"name":"c","args":["--password=secret"]}""", "spec.containers[c].args changed")]
    [InlineData("""{"name":"c","command":["sh","-c","login old"]}""", """{"name":"c"}""", "spec.containers[c].command removed")]
    [InlineData(
        """{"name":"c","livenessProbe":{"exec":{"command":["old"]}}}""", """{"name":"c","livenessProbe":{"exec":{"command":["secret"]}}}""", "spec.containers[c].livenessProbe.exec.command changed")]
    [InlineData(
        """{"name":"c","livenessProbe":{"httpGet":{"port":80}}}""", """{"name":"c","livenessProbe":{"httpGet":{"port":80,"httpHeaders":[{"name":"Authorization","value":"secret"}]}}}""",
        "spec.containers[c].livenessProbe.httpGet.httpHeaders set")]
    [InlineData("""{"name":"c"}""", """{"name":"c","lifecycle":{"preStop":{"exec":{"command":["secret"]}}}}""", "spec.containers[c].lifecycle none → {…}")]
    public void What_containers_are_started_with_is_not_kept(string old, string now, string expected) => Assert.Equal([expected], FieldChanges.Between(Pod(old), Pod(now)));

    [Theory]
    [InlineData("""{"spec":{"containers":[]}}""", """{"spec":{"containers":[{"name":"c","env":[{"name":"P","value":"secret"}]}]}}""", "spec.containers[c] none → {…}")]
    [InlineData("""{"spec":{}}""", """{"spec":{"containers":[{"name":"c","args":["secret"]}]}}""", "spec.containers none → […]")]
    [InlineData("""{"metadata":{"annotations":{"example.com/login":"old"}}}""", """{"metadata":{"annotations":{"example.com/login":"secret"}}}""", "metadata.annotations[example.com/login] changed")]
    [InlineData("""{"metadata":{}}""", """{"metadata":{"annotations":{"fakekubernetes.io/login":"secret"}}}""", "metadata.annotations[fakekubernetes.io/login] set")]
    [InlineData(
        """{"spec":{"template":{"metadata":{}}}}""", """{"spec":{"template":{"metadata":{"annotations":{"kubectl.kubernetes.io/restartedAt":"now","login":"secret"}}}}}""",
        "spec.template.metadata.annotations[kubectl.kubernetes.io/restartedAt] none → now; spec.template.metadata.annotations.login set")]
    [InlineData("""{"spec":{}}""", """{"spec":{"template":{"metadata":{"annotations":{"login":"secret"}}}}}""", "spec.template none → {…}")]
    [InlineData("""{"parameters":{"restuserkey":"old"}}""", """{"parameters":{"restuserkey":"secret"}}""", "parameters.restuserkey changed")]
    [InlineData("""{"spec":{"csi":{"volumeAttributes":{"k":"old"}}}}""", """{"spec":{"csi":{"volumeAttributes":{"k":"secret"}}}}""", "spec.csi.volumeAttributes.k changed")]
    public void What_others_put_into_objects_is_not_kept(string old, string now, string expected) => Assert.Equal(expected, string.Join("; ", FieldChanges.Between(Json(old), Json(now))));

    [Fact]
    public void Long_values_and_many_fields_are_cut_short()
    {
        var now = new JsonObject { ["spec"] = new JsonObject(Enumerable.Range(0, 13).Select(i => KeyValuePair.Create<string, JsonNode?>($"f{i}", i == 0 ? new string('x', 59) + "\U0001F600" : i))) };
        var changes = FieldChanges.Between(Json("""{"spec":{}}"""), now);
        Assert.Equal(FieldChanges.Most + 1, changes.Count);
        Assert.Equal($"spec.f0 none → {new string('x', 59)}…", changes[0]);
        Assert.Equal("and 3 more fields", changes[^1]);
    }

    private static JsonObject Pod(string container) => Json($$$"""{"spec":{"containers":[{{{container}}}]}}""");

    private static JsonObject Json(string text) => (JsonObject)JsonNode.Parse(text)!;
}
