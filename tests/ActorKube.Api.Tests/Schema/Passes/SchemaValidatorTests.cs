using ActorKube.Api.Errors;
using ActorKube.Api.Schema.Passes;

namespace ActorKube.Api.Tests.Schema.Passes;

public sealed class SchemaValidatorTests
{
    [Fact]
    public void A_complete_object_has_no_causes() =>
        Assert.Empty(SchemaValidator.Validate(Kinds.Find("v1", "Pod"), Kinds.Parse("""{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}""")).Causes);

    [Theory]
    [InlineData("v1", "Pod", """{"spec":{}}""", "spec.containers", CauseType.FieldValueRequired, "Required value")]
    [InlineData("v1", "Pod", """{"spec":{"containers":[{"name":"c","env":[{"value":"1"}]}]}}""", "spec.containers[0].env[0].name", CauseType.FieldValueRequired, "Required value")]
    [InlineData("v1", "Pod", """{"spec":{"restartPolicy":"Sometimes","containers":[]}}""", "spec.restartPolicy", CauseType.FieldValueNotSupported,
        "Unsupported value: \"Sometimes\": supported values: \"Always\", \"Never\", \"OnFailure\"")]
    [InlineData("rbac.authorization.k8s.io/v1", "Role", """{"rules":[{}]}""", "rules[0].verbs", CauseType.FieldValueRequired, "Required value")]
    [InlineData("networking.k8s.io/v1", "NetworkPolicy", """{"spec":{"podSelector":{},"policyTypes":["Ingress","Outgress"]}}""", "spec.policyTypes[1]", CauseType.FieldValueNotSupported,
        "Unsupported value: \"Outgress\": supported values: \"Egress\", \"Ingress\"")]
    public void A_fault_is_one_cause_with_its_path(string apiVersion, string kind, string body, string field, string reason, string message) =>
        Assert.Equal([new StatusCause(reason, message, field)], SchemaValidator.Validate(Kinds.Find(apiVersion, kind), Kinds.Parse(body)).Causes);

    [Fact]
    public void Statuses_may_lack_what_is_published_as_required() =>
        Assert.Empty(SchemaValidator.Validate(Kinds.Find("v1", "Pod"), Kinds.Parse("""{"status":{"containerStatuses":[{"name":"c"}],"conditions":[{}]}}""")).Causes);

    [Fact]
    public void An_immutable_field_may_not_change()
    {
        var old = Kinds.Parse("""{"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{}}}""");
        var changed = Kinds.Parse("""{"spec":{"selector":{"matchLabels":{"a":"c"}},"template":{}}}""");
        var schema = Kinds.Find("apps/v1", "Deployment");
        Assert.Empty(SchemaValidator.ValidateUpdate(schema, Kinds.Parse(old.ToJsonString()), old).Causes);
        var cause = Assert.Single(SchemaValidator.ValidateUpdate(schema, changed, old).Causes);
        Assert.Equal(new StatusCause(CauseType.FieldValueInvalid, """Invalid value: {"matchLabels":{"a":"c"}}: field is immutable""", "spec.selector"), cause);
    }
}
