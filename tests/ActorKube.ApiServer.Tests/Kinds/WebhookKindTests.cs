namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class WebhookKindTests
{
    private const string Validating = "admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    private const string Mutating = "admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
    private const string Subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string Good = """
        {"name":"a.example.com","sideEffects":"None","admissionReviewVersions":["v1"],"clientConfig":{"service":{"name":"s","namespace":"d","path":"/check"}},"rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods","pods/status"]}]}
        """;

    [Theory]
    [InlineData("\"service\":{\"name\":\"s\",\"namespace\":\"d\",\"path\":\"/check\"}", "\"url\":\"https://hooks.example.com:8443/check\"")]
    [InlineData("\"None\"", "\"NoneOnDryRun\",\"timeoutSeconds\":30")]
    [InlineData("[\"pods\",\"pods/status\"]", "[\"*/*\"]")]
    public void A_good_webhook_is_taken(string part, string instead)
    {
        Assert.Empty(Faults(part, instead));
        Assert.Empty(KindBench.Faults(Mutating, Of(Good.Replace(part, instead))));
    }

    [Theory]
    [InlineData("a.example.com", "example.com", "name: Invalid value: \"example.com\": should be a domain with at least three segments separated by dots")]
    [InlineData("a.example.com", "A.example.com", "name: Invalid value: \"A.example.com\": " + Subdomain)]
    [InlineData("\"None\"", "\"Some\"", "sideEffects: Unsupported value: \"Some\": supported values: \"None\", \"NoneOnDryRun\"")]
    [InlineData("\"None\"", "\"None\",\"timeoutSeconds\":31", "timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds")]
    [InlineData("[\"v1\"],\"client", "[],\"client", "admissionReviewVersions: Required value: must specify one of v1, v1beta1")]
    [InlineData("[\"v1\"],\"client", "[\"v2\",\"v2\"],\"client", "admissionReviewVersions[1]: Invalid value: \"v2\": duplicate version", "admissionReviewVersions: Invalid value: [\"v2\",\"v2\"]: must include at least one of v1, v1beta1")]
    [InlineData("\"clientConfig\":{", "\"clientConfig\":{\"url\":\"https://a\",", "clientConfig: Required value: exactly one of url or service is required")]
    [InlineData("\"path\":\"/check\"", "\"path\":\"check//A\",\"port\":70000", "clientConfig.service.port: Invalid value: 70000: port is not valid: must be between 1 and 65535, inclusive",
        "clientConfig.service.path: Invalid value: \"check//A\": must start with a '/'", "clientConfig.service.path: Invalid value: \"check//A\": segment[1] may not be empty", "clientConfig.service.path: Invalid value: \"check//A\": segment[2]: " + Subdomain)]
    [InlineData("\"service\":{\"name\":\"s\",\"namespace\":\"d\",\"path\":\"/check\"}", "\"url\":\"http://u@h/p?q#f\"",
        "clientConfig.url: Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format: https://host[/path]", "clientConfig.url: Invalid value: \"u\": user information is not permitted in the URL",
        "clientConfig.url: Invalid value: \"f\": fragments are not permitted in the URL", "clientConfig.url: Invalid value: \"q\": query parameters are not permitted in the URL")]
    [InlineData("\"service\":{\"name\":\"s\",\"namespace\":\"d\",\"path\":\"/check\"}", "\"url\":\"host/path\"",
        "clientConfig.url: Invalid value: \"\": 'https' is the only allowed URL scheme; desired format: https://host[/path]", "clientConfig.url: Invalid value: \"\": host must be specified; desired format: https://host[/path]")]
    [InlineData("[\"CREATE\"]", "[\"*\",\"GET\"]", "rules[0].operations: Invalid value: [\"*\",\"GET\"]: if '*' is present, must not specify other operations",
        "rules[0].operations[1]: Unsupported value: \"GET\": supported values: \"*\", \"CONNECT\", \"CREATE\", \"DELETE\", \"UPDATE\"")]
    [InlineData("\"apiGroups\":[\"\"]", "\"apiGroups\":[\"\",\"*\"]", "rules[0].apiGroups: Invalid value: [\"\",\"*\"]: if '*' is present, must not specify other API groups")]
    [InlineData("\"apiVersions\":[\"v1\"]", "\"apiVersions\":[\"\"]", "rules[0].apiVersions[0]: Required value")]
    [InlineData("[\"pods\",\"pods/status\"]", "[\"pods/*\",\"pods/status\"]", "rules[0].resources[1]: Invalid value: \"pods/status\": if 'pods/*' is present, must not specify pods/status")]
    [InlineData("[\"pods\",\"pods/status\"]", "[\"*\",\"pods\"]", "rules[0].resources: Invalid value: [\"*\",\"pods\"]: if '*' is present, must not specify other resources without subresources")]
    [InlineData("\"None\"", "\"None\",\"matchConditions\":[{\"name\":\"a b\",\"expression\":\" \"}]", "matchConditions[0].expression: Required value",
        "matchConditions[0].name: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")]
    public void A_bad_webhook_is_refused(string part, string instead, params string[] faults) => Assert.Equal(faults.Select(static f => "webhooks[0]." + f), Faults(part, instead));

    [Theory]
    [InlineData(Validating)]
    [InlineData(Mutating)]
    public void Names_of_what_comes_from_files_are_not_for_others(string resource)
    {
        const string reserved = """{"metadata":{"name":"a.static.k8s.io"},"webhooks":[]}""";
        Assert.Equal(["metadata.name: Invalid value: \"a.static.k8s.io\": names ending with \".static.k8s.io\" are reserved for static manifest-based configurations and cannot be managed via the API"],
            KindBench.Faults(resource, reserved));
        Assert.Empty(KindBench.UpdateFaults(resource, reserved, reserved));
    }

    [Fact]
    public void Names_of_webhooks_differ() => Assert.Equal(["webhooks[1].name: Duplicate value: \"a.example.com\""], KindBench.Faults(Validating, Of(Good, Good)));

    [Fact]
    public void What_was_let_in_once_does_not_stand_in_the_way_of_a_change()
    {
        var old = Of(Good.Replace("\"None\"", "\"Some\""));
        Assert.Empty(KindBench.UpdateFaults(Validating, old, Of(Good.Replace("\"None\"", "\"Unknown\""))));
        Assert.Empty(KindBench.UpdateFaults(Validating, Of(Good.Replace("[\"v1\"],\"client", "[\"v2\"],\"client")), Of(Good.Replace("[\"v1\"],\"client", "[\"v3\"],\"client"))));
    }

    private static string[] Faults(string part, string instead) => KindBench.Faults(Validating, Of(Good.Replace(part, instead)));

    private static string Of(params string[] webhooks) => $$$"""{"metadata":{"name":"w"},"webhooks":[{{{string.Join(',', webhooks)}}}]}""";
}
