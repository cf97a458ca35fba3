using ActorKube.ApiServer.Kinds.FlowControl;

namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class FlowKindTests
{
    private const string Schemas = "flowcontrol.apiserver.k8s.io/v1/flowschemas";
    private const string Levels = "flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations";

    private const string Schema = """
        {"metadata":{"name":"f"},"spec":{"matchingPrecedence":100,"priorityLevelConfiguration":{"name":"global-default"},"distinguisherMethod":{"type":"ByUser"},"rules":[{"subjects":[{"kind":"Group","group":{"name":"g"}}],
        "resourceRules":[{"verbs":["get","list"],"apiGroups":["*"],"resources":["pods"],"namespaces":["a"]}],"nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["/healthz","/apis/*"]}]}]}}
        """;

    private const string Level = """{"metadata":{"name":"l"},"spec":{"type":"Limited","limited":{"nominalConcurrencyShares":30,"limitResponse":{"type":"Queue","queuing":{"queues":64,"handSize":8,"queueLengthLimit":50}}}}}""";

    [Fact]
    public void Good_ones_are_taken()
    {
        Assert.Empty(KindBench.Faults(Schemas, Schema));
        Assert.Empty(KindBench.Faults(Levels, Level));
        Assert.Empty(KindBench.Faults(Levels, """{"metadata":{"name":"exempt"},"spec":{"type":"Exempt","exempt":{"lendablePercent":10}}}"""));
    }

    [Theory]
    [InlineData(Schemas)]
    [InlineData(Levels)]
    public void They_are_changed_without_a_version_as_upstream(string resource) => Assert.True(KindBench.Strategy(resource).AllowsUnconditionalUpdate);

    [Theory]
    [InlineData(":100", ":-1", "spec.matchingPrecedence: Invalid value: -1: must be a positive value")]
    [InlineData(":100", ":10001", "spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000")]
    [InlineData(":100", ":1", "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1")]
    [InlineData("ByUser", "ByHost", "spec.distinguisherMethod.type: Unsupported value: {\"Type\":\"ByHost\"}: supported values: \"ByNamespace\", \"ByUser\"")]
    [InlineData("global-default", "", "spec.priorityLevelConfiguration.name: Required value: must reference a priority level")]
    [InlineData("\"kind\":\"Group\"", "\"kind\":\"Robot\"", "spec.rules[0].subjects[0].kind: Unsupported value: \"Robot\": supported values: \"Group\", \"ServiceAccount\", \"User\"")]
    [InlineData("\"kind\":\"Group\"", "\"kind\":\"User\"", "spec.rules[0].subjects[0].user: Required value: user is required when subject kind is 'User'", "spec.rules[0].subjects[0].group: Forbidden: group is forbidden when subject kind is not 'Group'")]
    [InlineData("{\"kind\":\"Group\",\"group\":{\"name\":\"g\"}}", "{\"kind\":\"ServiceAccount\",\"serviceAccount\":{\"name\":\"*\",\"namespace\":\"\"}}", "spec.rules[0].subjects[0].serviceAccount.namespace: Required value: must specify namespace for service account")]
    [InlineData("\"list\"", "\"look\"", "spec.rules[0].resourceRules[0].verbs: Unsupported value: [\"get\",\"look\"]: supported values: \"create\", \"delete\", \"deletecollection\", \"get\", \"list\", \"patch\", \"proxy\", \"update\", \"watch\"")]
    [InlineData("\"list\"", "\"*\"", "spec.rules[0].resourceRules[0].verbs: Invalid value: [\"get\",\"*\"]: if '*' is present, must not specify other verbs")]
    [InlineData("\"namespaces\":[\"a\"]", "\"namespaces\":[]", "spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace")]
    [InlineData("\"/healthz\"", "\"health\"", "spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: \"health\": must start with slash")]
    [InlineData("\"/healthz\"", "\"/a*\"", "spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: \"/a*\": wildcard can only do suffix matching")]
    public void A_bad_schema_is_refused(string part, string instead, params string[] faults) => Assert.Equal(faults, KindBench.Faults(Schemas, Schema.Replace(part, instead)));

    [Theory]
    [InlineData("\"type\":\"Limited\"", "\"type\":\"Exempt\"", "spec.type: Invalid value: \"Exempt\": type must be 'Exempt' if and only if name is 'exempt'", "spec.limited: Forbidden: must be nil if the type is not Limited")]
    [InlineData("\"type\":\"Limited\"", "\"type\":\"Some\"", "spec.type: Unsupported value: \"Some\": supported values: \"Exempt\", \"Limited\"")]
    [InlineData(":30", ":-1", "spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer")]
    [InlineData(":30", ":30,\"lendablePercent\":101,\"borrowingLimitPercent\":-1", "spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive", "spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer")]
    [InlineData("\"Queue\"", "\"Reject\"", "spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited")]
    [InlineData("\"Queue\"", "\"Drop\"", "spec.limited.limitResponse.type: Unsupported value: \"Drop\": supported values: \"Queue\", \"Reject\"")]
    [InlineData("\"handSize\":8", "\"handSize\":65", "spec.limited.limitResponse.queuing.handSize: Invalid value: 65: should not be greater than queues (64)")]
    [InlineData("\"handSize\":8", "\"handSize\":11", "spec.limited.limitResponse.queuing.handSize: Invalid value: 11: required entropy bits of deckSize 64 and handSize 11 should not be greater than 60")]
    [InlineData("\"queueLengthLimit\":50", "\"queueLengthLimit\":-5", "spec.limited.limitResponse.queuing.queueLengthLimit: Invalid value: -5: must be positive")]
    public void A_bad_level_is_refused(string part, string instead, params string[] faults) => Assert.Equal(faults, KindBench.Faults(Levels, Level.Replace(part, instead)));

    [Theory]
    [InlineData("catch-all", ":5", ":6", "spec of 'catch-all' must equal the fixed value")]
    [InlineData("catch-all", "\"Reject\"", "\"Queue\",\"queuing\":{}", "spec of 'catch-all' must equal the fixed value")]
    [InlineData("exempt", "\"nominalConcurrencyShares\":0", "\"nominalConcurrencyShares\":7", null)]
    [InlineData("global-default", ":20", ":21", null)]
    public void Of_the_mandatory_levels_only_the_shares_of_the_exempt_one_may_be_chosen(string name, string part, string instead, string? fault) =>
        Assert.Equal(fault, Said(Levels, FlowControlObjects.Levels, name, part, instead));

    [Theory]
    [InlineData("exempt", "system:masters", "system:admins", "spec of 'exempt' must equal the fixed value")]
    [InlineData("catch-all", "10000", "9999", "spec of 'catch-all' must equal the fixed value")]
    [InlineData("catch-all", "ByUser", "ByNamespace", "spec of 'catch-all' must equal the fixed value")]
    [InlineData("global-default", "ByUser", "ByNamespace", null)]
    [InlineData("probes", "/livez", "/alive", null)]
    public void The_mandatory_schemas_are_as_they_are(string name, string part, string instead, string? fault) => Assert.Equal(fault, Said(Schemas, FlowControlObjects.Schemas, name, part, instead));

    [Fact]
    public void What_comes_with_the_cluster_has_no_faults()
    {
        Assert.All(FlowControlObjects.Levels, static l => Assert.Empty(KindBench.Faults(Levels, FlowControlChange.Created(l).ToJsonString())));
        Assert.All(FlowControlObjects.Schemas, static s => Assert.Empty(KindBench.Faults(Schemas, FlowControlChange.Created(s).ToJsonString())));
    }

    // The value is the whole spec; what counts is how the refusal ends.
    private static string? Said(string resource, IReadOnlyList<FlowControlObject> objects, string name, string part, string instead)
    {
        var json = FlowControlChange.Created(objects.Single(o => o.Name == name)).ToJsonString();
        Assert.Contains(part, json, StringComparison.Ordinal);
        var fault = KindBench.Faults(resource, json.Replace(part, instead, StringComparison.Ordinal)).SingleOrDefault();
        Assert.StartsWith("spec: Invalid value: ", fault ?? "spec: Invalid value: ", StringComparison.Ordinal);
        return fault?[(fault.LastIndexOf(": ", StringComparison.Ordinal) + 2)..];
    }
}
