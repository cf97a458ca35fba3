using ActorKube.Api.Errors;
using ActorKube.Api.Json;
using ActorKube.Api.Names;
using ActorKube.Api.Protobuf;
using static ActorKube.Api.Tests.Protobuf.WireWriter;

namespace ActorKube.Api.Tests.Protobuf;

public sealed class ProtobufDecoderTests
{
    private const string CustomResources = "apiextensions.k8s.io/v1";
    private static readonly GroupVersionKind Pod = new("", "v1", "Pod");

    private static string Json(byte[] body, GroupVersionKind? expected = null) => ProtobufDecoder.Decode(body, expected ?? Pod).ToJsonString();

    private static string Refused(byte[] body, JsonLimits? limits = null)
    {
        var error = Assert.Throws<ApiException>(() => ProtobufDecoder.Decode(body, Pod, limits));
        Assert.Equal(400, error.Status.Code);
        return error.Message;
    }

    [Fact]
    public void A_zero_is_dropped_where_upstreams_field_is_no_pointer() =>
        Assert.Equal("""{"apiVersion":"v1","kind":"ConfigMap"}""", Json(Body("v1", "ConfigMap", m => m.Message(1, meta => meta.Text(1, "").Varint(7, 0).Message(8, _ => { })))));

    [Fact]
    public void A_zero_stays_where_upstreams_field_is_a_pointer()
    {
        Assert.Equal("""{"apiVersion":"v1","kind":"ServiceAccount","automountServiceAccountToken":false}""", Json(Body("v1", "ServiceAccount", m => m.Varint(4, 0))));
        Assert.Equal("""{"apiVersion":"apps/v1","kind":"Deployment","spec":{"replicas":0}}""", Json(Body("apps/v1", "Deployment", m => m.Message(2, s => s.Varint(1, 0)))));
        Assert.Equal(
            """{"apiVersion":"v1","kind":"Pod","spec":{"volumes":[{"emptyDir":{}}]}}""",
            Json(Body("v1", "Pod", m => m.Message(2, s => s.Message(1, v => v.Message(2, source => source.Message(2, _ => { })))))));
    }

    [Fact]
    public void A_zero_stays_where_upstream_always_prints_it() =>
        Assert.Equal("""{"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass","value":0}""", Json(Body("scheduling.k8s.io/v1", "PriorityClass", m => m.Varint(2, 0).Varint(3, 0))));

    [Fact]
    public void Empty_values_of_a_map_stay() =>
        Assert.Equal(
            """{"apiVersion":"v1","kind":"ConfigMap","data":{"a":"","b":""},"binaryData":{"c":""}}""",
            Json(Body("v1", "ConfigMap", m => m.Message(2, e => e.Text(1, "a").Text(2, "")).Message(2, e => e.Text(1, "b")).Message(3, e => e.Text(1, "c")))));

    [Fact]
    public void Times_are_written_as_upstream_prints_them()
    {
        const long second = 1_767_323_045;
        Assert.Equal(
            """{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"creationTimestamp":"2026-01-02T03:04:05Z"},"spec":{"renewTime":"2026-01-02T03:04:05.678901Z"}}""",
            Json(Body("coordination.k8s.io/v1", "Lease", m => m
                .Message(1, meta => meta.Message(8, t => t.Varint(1, second).Varint(2, 999_999_999)))
                .Message(2, spec => spec.Message(4, t => t.Varint(1, second).Varint(2, 678_901_999)).Message(3, _ => { })))));
    }

    [Theory]
    [InlineData(long.MaxValue, 0)]
    [InlineData(long.MinValue, 0)]
    [InlineData(0, -1)]
    [InlineData(0, 1_000_000_000)]
    public void A_time_outside_of_the_calendar_is_refused(long seconds, long nanos) =>
        Assert.Contains("a time is outside", Refused(Body("v1", "Pod", m => m.Message(1, meta => meta.Message(8, t => t.Varint(1, seconds).Varint(2, nanos))))), StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 8080, "", "8080")]
    [InlineData(0, -1, "ignored", "-1")]
    [InlineData(1, 8080, "http", "\"http\"")]
    public void An_integer_or_string_is_what_it_says_it_is(long type, long number, string text, string json) =>
        Assert.Equal(
            $$$"""{"apiVersion":"v1","kind":"Service","spec":{"ports":[{"port":80,"targetPort":{{{json}}}}]}}""",
            Json(Body("v1", "Service", m => m.Message(2, s => s.Message(1, p => p.Varint(3, 80).Message(4, t => t.Varint(1, type).Varint(2, number).Text(3, text)))))));

    [Fact]
    public void An_unset_integer_or_string_is_dropped() =>
        Assert.Equal(
            """{"apiVersion":"v1","kind":"Service","spec":{"ports":[{"port":80}]}}""",
            Json(Body("v1", "Service", m => m.Message(2, s => s.Message(1, p => p.Varint(3, 80).Message(4, t => t.Varint(1, 0).Varint(2, 0).Text(3, "")))))));

    [Fact]
    public void Raw_json_within_a_message_is_json() =>
        Assert.Equal(
            """{"apiVersion":"v1","kind":"Pod","metadata":{"managedFields":[{"manager":"m","fieldsV1":{"f:spec":{}}}]}}""",
            Json(Body("v1", "Pod", m => m.Message(1, meta => meta.Message(17, f => f.Text(1, "m").Message(7, raw => raw.Text(1, """{"f:spec":{}}""")))))));

    [Fact]
    public void Malformed_raw_json_is_refused() =>
        Assert.Contains("invalid character", Refused(Body("v1", "Pod", m => m.Message(1, meta => meta.Message(17, f => f.Message(7, raw => raw.Text(1, "{a")))))), StringComparison.Ordinal);

    [Fact]
    public void A_union_is_the_value_that_it_holds()
    {
        Assert.Equal("""{"additionalProperties":false}""", Schema(s => s.Message(30, u => u.Varint(1, 0))));
        Assert.Equal("""{"additionalProperties":{"type":"string"}}""", Schema(s => s.Message(30, u => u.Varint(1, 1).Message(2, of => of.Text(5, "string")))));
        Assert.Equal("""{"items":{"type":"string"}}""", Schema(s => s.Message(24, u => u.Message(1, of => of.Text(5, "string")))));
        Assert.Equal("""{"items":[{"type":"string"}]}""", Schema(s => s.Message(24, u => u.Message(2, of => of.Text(5, "string")))));
    }

    [Fact]
    public void Numbers_keep_their_value() => Assert.Equal("""{"maximum":1.5,"minimum":10}""", Schema(s => s.Double(9, 1.5).Double(11, 10)));

    [Fact]
    public void A_list_type_is_a_list()
    {
        var body = Body("authorization.k8s.io/v1", "SubjectAccessReview", m => m.Message(2, s => s.Message(5, e => e.Text(1, "scopes").Message(2, v => v.Text(1, "a").Text(1, "b")))));
        Assert.Equal("""{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"extra":{"scopes":["a","b"]}}}""", Json(body));
    }

    [Fact]
    public void Numbers_may_be_packed()
    {
        var one = Json(Body("v1", "Pod", m => m.Message(2, s => s.Message(14, c => c.Varint(4, 1).Varint(4, 300)))));
        Assert.Equal("""{"apiVersion":"v1","kind":"Pod","spec":{"securityContext":{"supplementalGroups":[1,300]}}}""", one);
        Assert.Equal(one, Json(Body("v1", "Pod", m => m.Message(2, s => s.Message(14, c => c.Delimited(4, 1, 0xAC, 2))))));
    }

    [Fact]
    public void Of_values_that_come_twice_the_last_wins_and_messages_are_merged() =>
        Assert.Equal(
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"b","namespace":"n"}}""",
            Json(Body("v1", "Pod", m => m.Message(1, a => a.Text(1, "a").Text(3, "n")).Message(1, b => b.Text(1, "b")))));

    [Fact]
    public void Fields_of_newer_clients_are_skipped() =>
        Assert.Equal(
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}""",
            Json(Body("v1", "Pod", m => m.Varint(900, 1).Double(901, 1).Text(902, "x").Message(1, a => a.Text(99, "new").Text(1, "a")))));

    [Fact]
    public void An_envelope_without_a_type_has_the_expected_one()
    {
        Assert.Equal("""{"apiVersion":"v1","kind":"Pod"}""", Json(Body("", "")));
        Assert.Equal("""{"apiVersion":"v1","kind":"Pod"}""", Json([.. "k8s\0"u8]));
    }

    [Fact]
    public void Delete_options_are_known_in_every_group() =>
        Assert.Equal(
            """{"apiVersion":"apps/v1","kind":"DeleteOptions","gracePeriodSeconds":0,"propagationPolicy":"Orphan"}""",
            Json(Body("apps/v1", "DeleteOptions", m => m.Varint(1, 0).Text(4, "Orphan"))));

    [Fact]
    public void A_kind_that_is_not_built_in_is_unknown()
    {
        Assert.False(ProtobufDecoder.Knows(new GroupVersionKind("example.com", "v1", "Widget")));
        Assert.True(ProtobufDecoder.Knows(Pod));
        Assert.Equal("no kind \"Widget\" is known in version \"example.com/v1\"", Refused(Body("example.com/v1", "Widget")));
    }

    [Theory]
    [InlineData("", "it does not begin with Kubernetes' magic bytes")]
    [InlineData("7B7D", "it does not begin with Kubernetes' magic bytes")]
    [InlineData("6B38730012", "it ends within a number")]
    [InlineData("6B387300120A00", "a field is longer than what holds it")]
    [InlineData("6B387300120200", "a field is longer than what holds it")]
    [InlineData("6B38730012020000", "a field has an illegal number")]
    [InlineData("6B38730012027B7C", "a field has the illegal wire type 3")]
    [InlineData("6B38730012020801", "the field metadata has the wrong wire type 0")]
    [InlineData("6B38730012FFFFFFFFFFFFFFFFFFFF01", "a number is longer than 64 bits")]
    [InlineData("6B38730012040A020A03", "a field is longer than what holds it")]
    [InlineData("6B38730012050A030A01FF", "a string is not UTF-8")]
    [InlineData("6B3873001A04677A6970", "its content is encoded once more")]
    public void Malformed_bodies_are_refused_with_the_reason(string hex, string why) =>
        Assert.Equal($"error decoding request body: malformed protobuf: {why}", Refused(Convert.FromHexString(hex)));

    [Fact]
    public void Limits_hold()
    {
        var names = Body("v1", "Pod", m => m.Message(1, meta => meta.Text(14, "").Text(14, "").Text(14, "").Text(14, "")));
        Assert.Equal("the request body has more than 3 values", Refused(names, JsonLimits.Default with { MaxNodes = 3 }));
        Assert.Equal(413, Assert.Throws<ApiException>(() => ProtobufDecoder.Decode(names, Pod, JsonLimits.Default with { MaxBytes = 10 })).Status.Code);
        byte[] nested = [];
        for (var i = 0; i < JsonLimits.Default.MaxDepth; i++)
            nested = new WireWriter().Delimited(28, nested).Bytes;
        var deep = Body(CustomResources, "CustomResourceDefinition", m => m.Message(2, s => s.Message(7, v => v.Message(4, schema => schema.Delimited(1, nested)))));
        Assert.Equal("the request body is nested deeper than 500 levels", Refused(deep));
    }

    private static string Schema(Action<WireWriter> write)
    {
        var root = ProtobufDecoder.Decode(
            Body(CustomResources, "CustomResourceDefinition", m => m.Message(2, s => s.Message(7, v => v.Message(4, schema => schema.Message(1, write))))), Pod);
        return root["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.ToJsonString();
    }
}
