using ActorKube.Api.Schema;
using ActorKube.Api.Schema.Passes;

namespace ActorKube.Api.Tests.Schema.Passes;

public sealed class SchemaDecoderTests
{
    [Fact]
    public void Unknown_fields_are_dropped_and_reported_by_path()
    {
        var pod = Kinds.Parse("""{"apiVersion":"v1","kind":"Pod","foo":1,"metadata":{"name":"a","labels":{"any":"x"}},"spec":{"bar":{},"containers":[{"name":"c","baz":[1]}]}}""");
        var result = SchemaDecoder.Decode(Kinds.Of(pod), pod, FieldValidation.Warn);
        Assert.Null(result.Error);
        Assert.Equal(["unknown field \"foo\"", "unknown field \"spec.bar\"", "unknown field \"spec.containers[0].baz\""], result.Warnings);
        Assert.Equal("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"any":"x"}},"spec":{"containers":[{"name":"c"}]}}""", pod.ToJsonString());
    }

    [Fact]
    public async Task Very_many_unknown_fields_are_dropped_without_moving_all_others_for_each()
    {
        const int Fields = 400_000;
        var pod = Kinds.Parse("""{"apiVersion":"v1","spec":{"containers":[]}}""");
        for (var i = 0; i < Fields; i++)
            pod[$"unknown-{i}"] = 1;
        pod["kind"] = "Pod";
        // Moving them all takes minutes.
        var result = await Task.Run(() => SchemaDecoder.Decode(Kinds.Of(pod), pod, FieldValidation.Warn)).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(100, result.Warnings.Length);
        Assert.Equal("""{"apiVersion":"v1","spec":{"containers":[]},"kind":"Pod"}""", pod.ToJsonString());
    }

    [Fact]
    public void Strict_validation_refuses_with_upstreams_sentence()
    {
        var deployment = Kinds.Parse("""{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replica":1}}""");
        var error = SchemaDecoder.Decode(Kinds.Of(deployment), deployment, FieldValidation.Strict, ["duplicate field \"spec.paused\""]).Error!;
        Assert.Equal(400, error.Status.Code);
        Assert.Equal("BadRequest", error.Status.Reason);
        Assert.Equal("Deployment in version \"v1\" cannot be handled as a Deployment: strict decoding error: duplicate field \"spec.paused\", unknown field \"spec.replica\"", error.Message);
    }

    [Fact]
    public void Ignored_unknown_fields_are_still_dropped()
    {
        var pod = Kinds.Parse("""{"apiVersion":"v1","kind":"Pod","foo":1}""");
        Assert.Same(SchemaDecodeResult.Clean, SchemaDecoder.Decode(Kinds.Of(pod), pod, FieldValidation.Ignore));
        Assert.False(pod.ContainsKey("foo"));
    }

    [Theory]
    [InlineData("""{"spec":{"replicas":"three"}}""", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":{"replicas":1.5}}""", "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":{"replicas":3000000000}}""", "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":[]}""", "json: cannot unmarshal array into Go struct field Deployment.spec of type v1.DeploymentSpec")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":{}}}}}""", "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"env":[{"name":"A","value":1}]}]}}}}""", "json: cannot unmarshal number 1 into Go struct field EnvVar.spec.template.spec.containers.env.value of type string")]
    [InlineData("""{"spec":{"paused":"true"}}""", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.paused of type bool")]
    [InlineData("""{"metadata":{"labels":{"a":true}}}""", "json: cannot unmarshal bool into Go struct field ObjectMeta.metadata.labels of type string")]
    [InlineData("""{"metadata":{"creationTimestamp":"yesterday"}}""", "metadata.creationTimestamp: parsing time \"yesterday\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\"")]
    [InlineData("""{"spec":{"template":{"spec":{"overhead":{"cpu":"1 core"}}}}}""", "spec.template.spec.overhead[cpu]: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")]
    public void A_wrong_type_is_a_bad_request_that_names_the_field(string body, string why)
    {
        var deployment = Kinds.Parse(body);
        deployment["apiVersion"] = "apps/v1";
        deployment["kind"] = "Deployment";
        var error = SchemaDecoder.Decode(Kinds.Of(deployment), deployment, FieldValidation.Warn).Error!;
        Assert.Equal(400, error.Status.Code);
        Assert.Equal("Deployment in version \"v1\" cannot be handled as a Deployment: " + why, error.Message);
    }

    [Theory]
    [InlineData("""{"spec":{"nodeName":null,"containers":[{"name":"c","resources":null}]}}""", """{"spec":{"containers":[{"name":"c"}]}}""")]
    [InlineData("""{"spec":{"containers":[null,{"name":"c","args":["a",null]}]}}""", """{"spec":{"containers":[{},{"name":"c","args":["a",""]}]}}""")]
    [InlineData("""{"metadata":{"creationTimestamp":null,"labels":{"a":null}}}""", """{"metadata":{"labels":{"a":""}}}""")]
    public void Null_is_absent_as_in_a_typed_struct(string body, string stored) => AssertStored("v1", "Pod", body, stored);

    [Theory]
    [InlineData("""{"spec":{"containers":[{"resources":{"limits":{"cpu":0.5,"memory":"1024Mi"}}}]}}""", """{"spec":{"containers":[{"resources":{"limits":{"cpu":"500m","memory":"1Gi"}}}]}}""")]
    [InlineData("""{"metadata":{"creationTimestamp":"2026-01-02T03:04:05.9+01:00"}}""", """{"metadata":{"creationTimestamp":"2026-01-02T02:04:05Z"}}""")]
    [InlineData("""{"spec":{"containers":[{"livenessProbe":{"httpGet":{"port":"web"}},"readinessProbe":{"httpGet":{"port":80}}}]}}""", """{"spec":{"containers":[{"livenessProbe":{"httpGet":{"port":"web"}},"readinessProbe":{"httpGet":{"port":80}}}]}}""")]
    public void Values_take_the_form_in_which_they_are_stored(string body, string stored) => AssertStored("v1", "Pod", body, stored);

    [Theory]
    [InlineData("""{"data":{"k":"aGVs\nbG8="}}""", """{"data":{"k":"aGVsbG8="}}""")]
    [InlineData("""{"data":{"k":""}}""", """{"data":{"k":""}}""")]
    public void Binary_data_loses_its_line_breaks(string body, string stored) => AssertStored("v1", "Secret", body, stored);

    [Theory]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z")]
    [InlineData("2026-01-02T03:04:05.123456Z", "2026-01-02T03:04:05.123456Z")]
    [InlineData("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123456Z")]
    public void Fine_times_keep_six_decimals(string time, string stored) =>
        AssertStored("coordination.k8s.io/v1", "Lease", $$$"""{"spec":{"renewTime":"{{{time}}}"}}""", $$$"""{"spec":{"renewTime":"{{{stored}}}"}}""");

    [Fact]
    public void Free_form_values_are_kept_whole()
    {
        const string Body = """{"data":{"spec":{"unknown":[1,null,{"x":null}]}},"revision":1}""";
        AssertStored("apps/v1", "ControllerRevision", Body, Body);
    }

    [Fact]
    public void An_object_that_preserves_unknown_fields_keeps_them_and_reads_the_known_ones()
    {
        var schema = new SchemaNode
        {
            Type = SchemaType.Object,
            PreservesUnknown = true,
            Definition = new SchemaObject(null, [new SchemaProperty("n", new SchemaNode { Type = SchemaType.Integer, Nullable = true })]),
        };
        var value = Kinds.Parse("""{"n":null,"other":{"a":null}}""");
        Assert.Same(SchemaDecodeResult.Clean, SchemaDecoder.Decode(schema, value, FieldValidation.Strict));
        Assert.Equal("""{"n":null,"other":{"a":null}}""", value.ToJsonString());
    }

    private static void AssertStored(string apiVersion, string kind, string body, string stored)
    {
        var value = Kinds.Parse(body);
        var result = SchemaDecoder.Decode(Kinds.Find(apiVersion, kind), value, FieldValidation.Strict);
        Assert.Null(result.Error);
        Assert.Equal(stored, value.ToJsonString());
    }
}
