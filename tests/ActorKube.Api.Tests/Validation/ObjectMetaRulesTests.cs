using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Validation;

namespace ActorKube.Api.Tests.Validation;

public class ObjectMetaRulesTests
{
    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;

    private static string[] Create(string json, bool namespaced = true)
    {
        var errors = new FieldErrors();
        ObjectMetaRules.ValidateCreate(Parse(json), namespaced, ObjectNames.Subdomain, errors);
        return [.. errors.Causes.Select(c => $"{c.Field}: {c.Message}")];
    }

    private static string[] Update(string json, string old)
    {
        var errors = new FieldErrors();
        ObjectMetaRules.ValidateUpdate(Parse(json), Parse(old), errors);
        return [.. errors.Causes.Select(c => $"{c.Field}: {c.Message}")];
    }

    [Fact]
    public void Good_metadata_passes() => Assert.Empty(Create("""
        {"name":"a","generateName":"a-","namespace":"default","generation":1,"labels":{"app":"web"},"annotations":{"Example.com/A":"x"},"finalizers":["example.com/f","orphan"],
         "ownerReferences":[{"apiVersion":"apps/v1","kind":"Deployment","name":"d","uid":"u","controller":true},{"apiVersion":"v1","kind":"Pod","name":"p","uid":"u2"}],
         "managedFields":[{"manager":"kubectl","operation":"Apply","fieldsType":"FieldsV1"}]}
        """));

    [Theory]
    [InlineData("""{"namespace":"a"}""", true, "metadata.name: Required value: name or generateName is required")]
    [InlineData("""{"name":"a"}""", true, "metadata.namespace: Required value")]
    [InlineData("""{"name":"a","namespace":"a"}""", false, "metadata.namespace: Forbidden: not allowed on this type")]
    [InlineData("""{"name":"a","namespace":"a.b"}""", true, "metadata.namespace: Invalid value: \"a.b\": must not contain dots")]
    [InlineData("""{"name":"a","generation":-1}""", false, "metadata.generation: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("""{"name":"a","finalizers":["orphan","foregroundDeletion"]}""", false, "metadata.finalizers: Invalid value: [\"orphan\",\"foregroundDeletion\"]: finalizer orphan and foregroundDeletion cannot be both set")]
    [InlineData("""{"name":"a","ownerReferences":[{"apiVersion":"a/b/c","kind":"K","name":"n","uid":"u"}]}""", false, "metadata.ownerReferences[0].apiVersion: Invalid value: \"a/b/c\": must be <group>/<version> or <version>")]
    [InlineData("""{"name":"a","ownerReferences":[{"apiVersion":"v1","kind":"K","name":"n"}]}""", false, "metadata.ownerReferences[0].uid: Required value: must not be empty")]
    [InlineData("""{"name":"a","ownerReferences":[{"apiVersion":"v1","kind":"Event","name":"n","uid":"u"}]}""", false, "metadata.ownerReferences[0]: Invalid value: {\"apiVersion\":\"v1\",\"kind\":\"Event\",\"name\":\"n\",\"uid\":\"u\"}: /v1, Kind=Event is disallowed from being an owner")]
    [InlineData("""{"name":"a","managedFields":[{"operation":"Patch","fieldsType":"FieldsV1"}]}""", false, "metadata.managedFields[0].operation: Unsupported value: \"Patch\": supported values: \"Apply\", \"Update\"")]
    [InlineData("""{"name":"a","managedFields":[{"operation":"Apply","fieldsType":"V2"}]}""", false, "metadata.managedFields[0].fieldsType: Invalid value: \"V2\": must be `FieldsV1`")]
    [InlineData("""{"name":"a","managedFields":[{"operation":"Apply","manager":"a\u0007"}]}""", false, "metadata.managedFields[0].manager: Invalid value: \"a\\a\": invalid character U+0007 (at position 1)")]
    public void Bad_metadata_is_described_in_upstreams_words(string json, bool namespaced, string error) => Assert.Equal([error], Create(json, namespaced));

    [Fact]
    public void Names_labels_and_annotations_follow_their_rules()
    {
        Assert.StartsWith("metadata.name: Invalid value: \"A\": a lowercase RFC 1123 subdomain", Assert.Single(Create("""{"name":"A"}""", namespaced: false)), StringComparison.Ordinal);
        Assert.StartsWith("metadata.generateName: Invalid value: \"AB-\"", Assert.Single(Create("""{"name":"a","generateName":"AB-"}""", namespaced: false)), StringComparison.Ordinal);
        Assert.StartsWith("metadata.labels: Invalid value: \"-\": a valid label must", Assert.Single(Create("""{"name":"a","labels":{"a":"-"}}""", namespaced: false)), StringComparison.Ordinal);
        Assert.StartsWith("metadata.labels: Invalid value: \"a b\": name part must consist", Assert.Single(Create("""{"name":"a","labels":{"a b":""}}""", namespaced: false)), StringComparison.Ordinal);
        Assert.StartsWith("metadata.annotations: Invalid value: \"a b\": name part must consist", Assert.Single(Create("""{"name":"a","annotations":{"a b":""}}""", namespaced: false)), StringComparison.Ordinal);
        Assert.Equal(["metadata.annotations: Too long: may not be more than 262144 bytes"],
            Create($$$"""{"name":"a","annotations":{"a":"{{{new string('x', 256 * 1024)}}}"}}""", namespaced: false));
        Assert.Empty(Create($$$"""{"name":"a","annotations":{"a":"{{{new string('x', 256 * 1024 - 1)}}}"}}""", namespaced: false));
    }

    [Fact]
    public void Only_one_owner_may_be_the_controller() =>
        Assert.EndsWith("Only one reference can have Controller set to true. Found \"true\" in references for A/x and B/y", Assert.Single(Create("""
            {"name":"a","ownerReferences":[{"apiVersion":"v1","kind":"A","name":"x","uid":"1","controller":true},{"apiVersion":"v1","kind":"B","name":"y","uid":"2","controller":true}]}
            """, namespaced: false)), StringComparison.Ordinal);

    private const string Stored = """{"name":"a","namespace":"n","uid":"u","resourceVersion":"5","generation":3,"creationTimestamp":"2026-01-02T03:04:05Z"}""";

    [Theory]
    [InlineData("name", "\"b\"", "Invalid value: \"b\": field is immutable")]
    [InlineData("namespace", "\"m\"", "Invalid value: \"m\": field is immutable")]
    [InlineData("uid", "\"v\"", "Invalid value: \"v\": field is immutable")]
    [InlineData("creationTimestamp", "\"2027-01-02T03:04:05Z\"", "Invalid value: \"2027-01-02T03:04:05Z\": field is immutable")]
    [InlineData("creationTimestamp", "null", "Invalid value: null: field is immutable")]
    [InlineData("deletionTimestamp", "\"2027-01-02T03:04:05Z\"", "Invalid value: \"2027-01-02T03:04:05Z\": field is immutable")]
    [InlineData("deletionGracePeriodSeconds", "5", "Invalid value: 5: field is immutable")]
    [InlineData("generation", "2", "Invalid value: 2: must not be decremented")]
    [InlineData("resourceVersion", "null", "Invalid value: \"\": must be specified for an update")]
    public void What_cannot_change_is_refused(string field, string value, string error)
    {
        var changed = Parse(Stored);
        changed[field] = JsonNode.Parse(value);
        Assert.Equal([$"metadata.{field}: {error}"], Update(changed.ToJsonString(), Stored));
    }

    [Fact]
    public void Labels_and_finalizers_can_change() =>
        Assert.Empty(Update("""{"name":"a","namespace":"n","uid":"u","resourceVersion":"5","generation":4,"creationTimestamp":"2026-01-02T03:04:05Z","labels":{"x":"y"},"finalizers":["a/b"]}""", Stored));

    [Fact]
    public void A_deletion_under_way_takes_no_new_finalizers()
    {
        const string dying = """{"name":"a","resourceVersion":"5","deletionTimestamp":"2026-01-02T03:04:05Z","finalizers":["a/b","a/c"]}""";
        Assert.Empty(Update("""{"name":"a","resourceVersion":"5","deletionTimestamp":"2026-01-02T03:04:05Z","finalizers":["a/c"]}""", dying));
        Assert.Equal(["metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"a/d\", \"a/e\"}"],
            Update("""{"name":"a","resourceVersion":"5","deletionTimestamp":"2026-01-02T03:04:05Z","finalizers":["a/e","a/b","a/d"]}""", dying));
    }

    [Fact]
    public void An_update_is_completed_with_what_clients_cannot_change()
    {
        var metadata = Parse("""{"name":"a","creationTimestamp":"1999-01-01T00:00:00Z"}""");
        ObjectMetaRules.CarryOver(metadata, Parse("""{"name":"a","uid":"u","creationTimestamp":"2026-01-02T03:04:05Z","deletionTimestamp":"2026-01-03T03:04:05Z","deletionGracePeriodSeconds":30}"""));
        Assert.True(JsonEquality.Same(metadata, Parse("""{"name":"a","uid":"u","creationTimestamp":"2026-01-02T03:04:05Z","deletionTimestamp":"2026-01-03T03:04:05Z","deletionGracePeriodSeconds":30}""")));
        var sent = Parse("""{"uid":"other"}""");
        ObjectMetaRules.CarryOver(sent, Parse("""{"uid":"u"}"""));
        Assert.Equal("other", sent.Text("uid"));
    }
}
