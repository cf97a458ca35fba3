using ActorKube.Api.Json;
using ActorKube.Machinery.Objects;

namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class EndpointAndBudgetTests
{
    private static string Slice(string rest) => $$"""{"metadata":{"name":"s"},{{rest}}}""";

    [Theory]
    [InlineData("\"endpoints\":[]", "addressType: Required value")]
    [InlineData("\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":[]}]", "endpoints[0].addresses: Required value")]
    [InlineData("\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":[\"fd00::1\"]}]", "endpoints[0].addresses[0]: Invalid value: \"fd00::1\": must be a valid IPv4 address")]
    [InlineData("\"addressType\":\"IPv6\",\"endpoints\":[{\"addresses\":[\"10.0.0.1\"]}]", "endpoints[0].addresses[0]: Invalid value: \"10.0.0.1\": must be a valid IPv6 address")]
    [InlineData("\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":[\"169.254.0.1\"]}]", "endpoints[0].addresses[0]: Invalid value: \"169.254.0.1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)")]
    [InlineData("\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":[\"127.0.0.1\"]}]", "endpoints[0].addresses[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    [InlineData("\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":[\"224.0.0.1\"]}]", "endpoints[0].addresses[0]: Invalid value: \"224.0.0.1\": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")]
    [InlineData("\"addressType\":\"FQDN\",\"endpoints\":[{\"addresses\":[\"host\"]}]", "endpoints[0].addresses[0]: Invalid value: \"host\": should be a domain with at least two segments separated by dots")]
    [InlineData("\"addressType\":\"IPv4\",\"endpoints\":[],\"ports\":[{\"port\":1},{\"port\":2}]", "ports[1].name: Duplicate value: \"\"")]
    [InlineData("\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":[\"10.0.0.1\"],\"hints\":{\"forZones\":[{\"name\":\"a\"},{\"name\":\"a\"}]}}]", "endpoints[0].hints.forZones[1].name: Duplicate value: \"a\"")]
    [InlineData("\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":[\"10.0.0.1\"],\"hints\":{\"forNodes\":[{\"name\":\"A\"}]}}]", "endpoints[0].hints.forNodes[0].name: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    public void A_bad_slice_is_refused_in_upstreams_words(string slice, string fault) => Assert.Equal([fault], KindBench.Faults("discovery.k8s.io/v1/endpointslices", Slice(slice)));

    [Theory]
    [InlineData("\"addressType\":\"FQDN\",\"endpoints\":[{\"addresses\":[\"db.example.com.\"]}]")]
    [InlineData("\"addressType\":\"IPv4\",\"endpoints\":[{\"addresses\":[\"10.0.0.1\"],\"hostname\":\"db-0\",\"nodeName\":\"n1\"}],\"ports\":[{\"port\":1,\"name\":\"a\"},{\"port\":2,\"name\":\"b\",\"protocol\":\"UDP\"}]")]
    public void A_good_slice_is_accepted(string slice) => Assert.Empty(KindBench.Faults("discovery.k8s.io/v1/endpointslices", Slice(slice)));

    [Fact]
    public void Ports_of_slices_and_endpoints_get_their_defaults()
    {
        var slice = KindBench.Defaulted("discovery.k8s.io/v1/endpointslices", Slice("\"addressType\":\"IPv4\",\"endpoints\":[],\"ports\":[{\"port\":1}]"));
        Assert.Equal(("", "TCP"), (slice["ports"]![0]!["name"]!.GetValue<string>(), slice["ports"]![0].Text("protocol")));
        var endpoints = KindBench.Defaulted("endpoints", """{"metadata":{"name":"s"},"subsets":[{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"port":1}]}]}""");
        Assert.Equal("TCP", endpoints["subsets"]![0]!["ports"]![0].Text("protocol"));
    }

    [Fact]
    public void The_address_type_of_a_slice_stays_and_its_labels_are_part_of_its_generation()
    {
        var before = Slice("\"addressType\":\"IPv4\",\"endpoints\":[]");
        Assert.Equal(["addressType: Invalid value: null: field is immutable"], KindBench.UpdateFaults("discovery.k8s.io/v1/endpointslices", before, before.Replace("IPv4", "IPv6")));
        var strategy = KindBench.Strategy("discovery.k8s.io/v1/endpointslices");
        var (old, relabeled) = (KindBench.Defaulted("discovery.k8s.io/v1/endpointslices", before), KindBench.Defaulted("discovery.k8s.io/v1/endpointslices", before.Replace("\"s\"", "\"s\",\"labels\":{\"a\":\"b\"}")));
        Assert.True(strategy.IsNewGeneration(relabeled, old));
        Assert.False(strategy.IsNewGeneration(old, old));
    }

    [Theory]
    [InlineData("{}", "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`")]
    [InlineData("""{"addresses":[{"ip":"10.0.0.300"}]}""", "subsets[0].addresses[0].ip: Invalid value: \"10.0.0.300\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("""{"addresses":[{"ip":"::1"}]}""", "subsets[0].addresses[0].ip: Invalid value: \"::1\": may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    [InlineData("""{"notReadyAddresses":[{"ip":"0.0.0.0"}]}""", "subsets[0].notReadyAddresses[0].ip: Invalid value: \"0.0.0.0\": may not be unspecified (0.0.0.0)")]
    [InlineData("""{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"port":1},{"port":2,"name":"b"}]}""", "subsets[0].ports[0].name: Required value")]
    [InlineData("""{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"port":0}]}""", "subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    public void Bad_endpoints_are_refused_in_upstreams_words(string subset, string fault) =>
        Assert.Equal([fault], KindBench.Faults("endpoints", $$"""{"metadata":{"name":"s"},"subsets":[{{subset}}]}"""));

    [Fact]
    public void The_servers_of_a_cluster_on_one_machine_may_be_on_loopback()
    {
        const string metadata = "\"metadata\":{\"name\":\"kubernetes\",\"namespace\":\"default\"}";
        Assert.Empty(KindBench.Faults("endpoints", $$$"""{{{{metadata}}},"subsets":[{"addresses":[{"ip":"127.0.0.1"}]}]}"""));
        Assert.Empty(KindBench.Faults("discovery.k8s.io/v1/endpointslices", $$$"""{{{{metadata}}},"addressType":"IPv4","endpoints":[{"addresses":["127.0.0.1"]}]}"""));
    }

    [Theory]
    [InlineData("\"minAvailable\":-1", "spec.minAvailable: Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("\"maxUnavailable\":\"101%\"", "spec.maxUnavailable: Invalid value: \"101%\": must not be greater than 100%")]
    [InlineData("\"minAvailable\":1,\"maxUnavailable\":1", "spec: Invalid value: {\"minAvailable\":1,\"maxUnavailable\":1}: minAvailable and maxUnavailable cannot be both set")]
    [InlineData("\"unhealthyPodEvictionPolicy\":\"Never\"", "spec.unhealthyPodEvictionPolicy: Unsupported value: \"Never\": supported values: \"AlwaysAllow\", \"IfHealthyBudget\"")]
    public void A_bad_budget_is_refused_in_upstreams_words(string spec, string fault) =>
        Assert.Equal([fault], KindBench.Faults("policy/v1/poddisruptionbudgets", $$$"""{"metadata":{"name":"s"},"spec":{{{{spec}}}}}"""));

    [Fact]
    public void Numbers_of_a_budgets_status_are_not_negative() =>
        Assert.Equal(["status.currentHealthy: Invalid value: -1: must be greater than or equal to 0"],
            KindBench.UpdateFaults("policy/v1/poddisruptionbudgets", """{"metadata":{"name":"s"},"spec":{}}""", """{"metadata":{"name":"s"},"spec":{},"status":{"currentHealthy":-1}}""", "status"));

    [Theory]
    [InlineData("""{"type":"A","status":"True","reason":"R","lastTransitionTime":"2026-01-01T00:00:00Z","message":""}""")]
    [InlineData("""{"type":"A","status":"Yes","reason":"1","lastTransitionTime":"2026-01-01T00:00:00Z","message":"","observedGeneration":-1}""",
        "status.conditions[0].status: Unsupported value: \"Yes\": supported values: \"False\", \"True\", \"Unknown\"", "status.conditions[0].observedGeneration: Invalid value: -1: must be greater than or equal to zero",
        "status.conditions[0].reason: Invalid value: \"1\": a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_' "
        + "(e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or 'ReasonA:ReasonB', regex used for validation is '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?')")]
    [InlineData("""{"type":"A","status":"True","message":""}""", "status.conditions[0].lastTransitionTime: Required value", "status.conditions[0].reason: Required value")]
    public void Conditions_of_a_budget_are_complete(string condition, params string[] faults)
    {
        const string budget = """{"metadata":{"name":"s"},"spec":{}""";
        const string counts = "\"currentHealthy\":0,\"desiredHealthy\":0,\"disruptionsAllowed\":0,\"expectedPods\":0";
        Assert.Equal(faults, KindBench.UpdateFaults("policy/v1/poddisruptionbudgets", budget + "}", $"{budget},\"status\":{{{counts},\"conditions\":[{condition}]}}}}", "status"));
    }
}
