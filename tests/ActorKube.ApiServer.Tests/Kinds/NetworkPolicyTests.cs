namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class NetworkPolicyTests
{
    private const string Policies = "networking.k8s.io/v1/networkpolicies";

    private static string Policy(string spec) => $$$$"""{"metadata":{"name":"n"},"spec":{"podSelector":{},{{{{spec}}}}}}""";

    [Theory]
    [InlineData(""" "ingress":[{}] """, """["Ingress"]""")]
    [InlineData(""" "egress":[{}] """, """["Ingress","Egress"]""")]
    [InlineData(""" "policyTypes":["Egress"] """, """["Egress"]""")]
    public void The_directions_follow_from_the_rules(string spec, string types) => Assert.Equal(types, KindBench.Defaulted(Policies, Policy(spec))["spec"]!["policyTypes"]!.ToJsonString());

    [Theory]
    [InlineData("""{"protocol":"ICMP"}""", "protocol: Unsupported value: \"ICMP\": supported values: \"TCP\", \"UDP\", \"SCTP\"")]
    [InlineData("""{"port":0}""", "port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData("""{"port":80,"endPort":90}""")]
    [InlineData("""{"port":80,"endPort":79}""", "endPort: Invalid value: 79: must be greater than or equal to `port`")]
    [InlineData("""{"port":"http","endPort":79}""", "endPort: Invalid value: 79: may not be specified when `port` is non-numeric")]
    [InlineData("""{"endPort":79}""", "endPort: Invalid value: 79: may not be specified when `port` is not specified")]
    [InlineData("""{"port":"-"}""", "port: Invalid value: \"-\": must contain at least one letter (a-z)", "port: Invalid value: \"-\": must not begin or end with a hyphen")]
    public void A_port_is_checked(string port, params string[] faults) =>
        Assert.Equal(faults.Select(static f => "spec.ingress[0].ports[0]." + f), KindBench.Faults(Policies, Policy($$""" "ingress":[{"ports":[{{port}}]}] """)));

    [Theory]
    [InlineData("{}", ": Required value: must specify a peer")]
    [InlineData("""{"podSelector":{},"ipBlock":{"cidr":"10.0.0.0/8"}}""", ": Forbidden: may not specify both ipBlock and another peer")]
    [InlineData("""{"podSelector":{},"namespaceSelector":{}}""")]
    [InlineData("""{"ipBlock":{"cidr":""}}""", ".ipBlock.cidr: Required value")]
    [InlineData("""{"ipBlock":{"cidr":"10.0.0.1/8"}}""", ".ipBlock.cidr: Invalid value: \"10.0.0.1/8\": must not have bits set beyond the prefix length")]
    [InlineData("""{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16","11.0.0.0/16","10.0.0.0/8"]}}""", ".ipBlock.except[1]: Invalid value: \"11.0.0.0/16\": must be a strict subset of `cidr`", ".ipBlock.except[2]: Invalid value: \"10.0.0.0/8\": must be a strict subset of `cidr`")]
    public void A_peer_is_checked(string peer, params string[] faults) =>
        Assert.Equal(faults.Select(static f => "spec.egress[0].to[0]" + f), KindBench.Faults(Policies, Policy($$""" "egress":[{"to":[{{peer}}]}] """)));

    [Theory]
    [InlineData("""["Ingress","Egress","Ingress"]""", "spec.policyTypes: Invalid value: [\"Ingress\",\"Egress\",\"Ingress\"]: may not specify more than two policyTypes")]
    [InlineData("""["Sideways"]""", "spec.policyTypes[0]: Unsupported value: \"Sideways\": supported values: \"Ingress\", \"Egress\"")]
    public void Directions_are_checked(string types, params string[] faults) => Assert.Equal(faults, KindBench.Faults(Policies, Policy($""" "policyTypes":{types} """)));

    [Fact]
    public void A_range_that_was_stored_may_stay_as_it_is()
    {
        const string old = """ "ingress":[{"from":[{"ipBlock":{"cidr":"010.0.0.0/8"}}]}] """;
        Assert.Empty(KindBench.UpdateFaults(Policies, Policy(old), Policy(old + ""","egress":[{}]""")));
        Assert.Single(KindBench.UpdateFaults(Policies, Policy(old), Policy(old.Replace("010.", "011."))));
    }

    [Fact]
    public void Ranges_in_unusual_notation_are_warned_of() => Assert.Contains("spec.ingress[0].from[0].ipBlock.cidr: IPv6 CIDR value \"2001:DB8::/32\" should be in RFC 5952 canonical format (\"2001:db8::/32\")",
        KindBench.Warnings(Policies, Policy(""" "ingress":[{"from":[{"ipBlock":{"cidr":"2001:DB8::/32"}}]}] """)));
}
