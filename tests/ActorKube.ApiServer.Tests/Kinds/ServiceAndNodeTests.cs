namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class ServiceAndNodeTests
{
    private static string Service(string spec) => $$"""{"metadata":{"name":"s"},"spec":{{spec}}}""";

    [Theory]
    [InlineData("""{}""", "spec.ports: Required value")]
    [InlineData("""{"ports":[{"port":80},{"port":81,"name":"b"}]}""", "spec.ports[0].name: Required value")]
    [InlineData("""{"ports":[{"port":80,"name":"a"},{"port":81,"name":"a"}]}""", "spec.ports[1].name: Duplicate value: \"a\"")]
    [InlineData("""{"ports":[{"port":80,"name":"a"},{"port":80,"name":"b"}]}""", "spec.ports[1]: Duplicate value: {\"Name\":\"\",\"Protocol\":\"TCP\",\"AppProtocol\":null,\"Port\":80,\"TargetPort\":0,\"NodePort\":0}")]
    [InlineData("""{"ports":[{"port":0,"targetPort":1}]}""", "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData("""{"ports":[{"port":80,"targetPort":"x--y"}]}""", "spec.ports[0].targetPort: Invalid value: \"x--y\": must not contain consecutive hyphens")]
    [InlineData("""{"ports":[{"port":80,"nodePort":30000}]}""", "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'")]
    [InlineData("""{"type":"ExternalName"}""", "spec.externalName: Required value")]
    [InlineData("""{"type":"ExternalName","externalName":"a.b","clusterIP":"10.0.0.1"}""", "spec.clusterIPs: Forbidden: may not be set for ExternalName services")]
    [InlineData("""{"type":"NodePort","clusterIP":"None","ports":[{"port":80}]}""", "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services")]
    [InlineData("""{"clusterIP":"10.0.0.300","ports":[{"port":80}]}""", "spec.clusterIPs[0]: Invalid value: \"10.0.0.300\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("""{"clusterIP":"10.0.0.1","clusterIPs":["10.0.0.2"],"ports":[{"port":80}]}""", "spec.clusterIPs: Invalid value: [\"10.0.0.2\"]: first value must match `clusterIP`")]
    [InlineData("""{"ports":[{"port":80}],"externalIPs":["127.0.0.1"]}""", "spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)")]
    [InlineData("""{"ports":[{"port":80}],"externalTrafficPolicy":"Local"}""", "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services")]
    [InlineData("""{"ports":[{"port":80}],"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":90000}}}""", "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 90000: must be greater than 0 and less than 86400")]
    [InlineData("""{"ports":[{"port":80}],"loadBalancerClass":"a/b"}""", "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'")]
    [InlineData("""{"ports":[{"port":80}],"trafficDistribution":"Far"}""", "spec.trafficDistribution: Unsupported value: \"Far\": supported values: \"PreferClose\", \"PreferSameZone\", \"PreferSameNode\"")]
    [InlineData("""{"ports":[{"port":80}],"healthCheckNodePort":30000}""", "spec.healthCheckNodePort: Invalid value: 30000: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'")]
    [InlineData("""{"ports":[{"port":80}],"allocateLoadBalancerNodePorts":true}""", "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'")]
    [InlineData("""{"ports":[{"port":80}],"loadBalancerSourceRanges":["10.0.0.0/8"]}""", "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'")]
    [InlineData("""{"type":"LoadBalancer","ports":[{"port":80}],"loadBalancerSourceRanges":["10.0.0.0/8","me"]}""", "spec.LoadBalancerSourceRanges[1]: Invalid value: \"me\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("""{"type":"LoadBalancer","ports":[{"port":80}],"loadBalancerClass":"a b"}""", "spec.loadBalancerClass: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")]
    [InlineData("""{"type":"LoadBalancer","ports":[{"port":80}],"externalTrafficPolicy":"Near"}""", "spec.externalTrafficPolicy: Unsupported value: \"Near\": supported values: \"Cluster\", \"Local\"")]
    [InlineData("""{"type":"LoadBalancer","ports":[{"port":80}],"externalTrafficPolicy":"Local","healthCheckNodePort":70000}""", "spec.healthCheckNodePort: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    public void A_bad_service_is_refused_in_upstreams_words(string spec, string fault) => Assert.Equal([fault], KindBench.Faults("services", Service(spec)));

    [Theory]
    [InlineData("""{"clusterIP":"None","selector":{"a":"b"}}""")]
    [InlineData("""{"type":"LoadBalancer","externalTrafficPolicy":"Local","ports":[{"port":80,"nodePort":30000}]}""")]
    [InlineData("""{"type":"ExternalName","externalName":"db.example.com."}""")]
    [InlineData("""{"ports":[{"port":53,"protocol":"UDP","name":"u"},{"port":53,"name":"t"}],"sessionAffinity":"ClientIP"}""")]
    public void A_good_service_is_accepted(string spec) => Assert.Empty(KindBench.Faults("services", Service(spec)));

    [Fact]
    public void An_address_stays_and_an_update_may_leave_it_out()
    {
        const string before = """{"metadata":{"name":"s"},"spec":{"clusterIP":"10.0.0.1","clusterIPs":["10.0.0.1"],"ports":[{"port":80}]}}""";
        Assert.Empty(KindBench.UpdateFaults("services", before, Samples.Service));
        Assert.Equal(["spec.clusterIPs[0]: Invalid value: [\"10.0.0.2\"]: may not change once set"],
            KindBench.UpdateFaults("services", before, before.Replace("0.0.1", "0.0.2")));
    }

    [Theory]
    [InlineData("\"loadBalancerClass\":\"a/b\"", "\"loadBalancerClass\":\"a/c\"", "spec.loadBalancerClass: Invalid value: \"a/c\": may not change once set")]
    [InlineData("\"externalTrafficPolicy\":\"Local\",\"healthCheckNodePort\":30001", "\"externalTrafficPolicy\":\"Local\",\"healthCheckNodePort\":30002", "spec.healthCheckNodePort: Forbidden: field is immutable")]
    public void Of_a_load_balancer_service_class_and_health_check_port_stay(string before, string after, string fault)
    {
        static string Balanced(string spec) => Service($$$"""{"type":"LoadBalancer","clusterIP":"10.0.0.1","clusterIPs":["10.0.0.1"],"ports":[{"port":80}],{{{spec}}}}""");
        Assert.Equal([fault], KindBench.UpdateFaults("services", Balanced(before), Balanced(after)));
        Assert.Empty(KindBench.UpdateFaults("services", Balanced(before), Balanced(before)));
    }

    [Theory]
    [InlineData("LoadBalancer", """{"ip":"10.0.0.1"}""", null)]
    [InlineData("LoadBalancer", """{"ip":"10.0.0.1","ipMode":"Proxy"}""", null)]
    [InlineData("LoadBalancer", """{"hostname":"lb.example.com"}""", null)]
    [InlineData("LoadBalancer", """{"hostname":"10.0.0.1"}""", "status.loadBalancer.ingress[0].hostname: Invalid value: \"10.0.0.1\": must be a DNS name, not an IP address")]
    [InlineData("LoadBalancer", """{"hostname":"a","ipMode":"VIP"}""", "status.loadBalancer.ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set")]
    [InlineData("LoadBalancer", """{"ip":"10.0.0.1","ipMode":"NAT"}""", "status.loadBalancer.ingress[0].ipMode: Unsupported value: \"NAT\": supported values: \"Proxy\", \"VIP\"")]
    [InlineData("ClusterIP", """{"ip":"10.0.0.1"}""", "status.loadBalancer.ingress: Forbidden: may only be used when `spec.type` is 'LoadBalancer'")]
    public void A_load_balancers_status_is_checked(string type, string ingress, string? fault)
    {
        var before = Service($$"""{"type":"{{type}}","ports":[{"port":80}]}""");
        var after = $"{before[..^1]},\"status\":{{\"loadBalancer\":{{\"ingress\":[{ingress}]}} }} }}";
        Assert.Equal(fault is null ? [] : [fault], KindBench.UpdateFaults("services", before, after, "status"));
    }

    [Fact]
    public void A_service_can_become_an_alias_and_a_node_port_service_can_go_back()
    {
        const string before = """{"metadata":{"name":"s"},"spec":{"type":"NodePort","clusterIP":"10.0.0.1","clusterIPs":["10.0.0.1"],"ipFamilies":["IPv4"],"ipFamilyPolicy":"SingleStack","ports":[{"port":80,"nodePort":30001}]}}""";
        Assert.Empty(KindBench.UpdateFaults("services", before, before.Replace("\"NodePort\"", "\"ClusterIP\"")));
        Assert.Empty(KindBench.UpdateFaults("services", before, before.Replace("\"NodePort\"", "\"ExternalName\",\"externalName\":\"a.b\"")));
    }

    [Theory]
    [InlineData("""{"spec":{"taints":[{"key":"a","effect":"NoSchedule"},{"key":"a","effect":"NoSchedule"}]}}""", "metadata.taints[1]: Duplicate value: {\"Key\":\"a\",\"Value\":\"\",\"Effect\":\"NoSchedule\",\"TimeAdded\":null}: taints must be unique by key and effect pair")]
    [InlineData("""{"spec":{"podCIDRs":["10.0.0.0"]}}""", "spec.podCIDRs[0]: Invalid value: \"10.0.0.0\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
    [InlineData("""{"status":{"capacity":{"cpu":"-1"},"allocatable":{}}}""", "status.capacity.cpu: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData("""{"status":{"capacity":{"pods":"1500m"},"allocatable":{}}}""", "status.capacity.pods: Invalid value: \"1500m\": must be an integer")]
    public void A_bad_node_is_refused(string node, string fault) => Assert.Equal([fault], KindBench.Faults("nodes", node));

    [Fact]
    public void The_range_of_a_node_is_given_once()
    {
        Assert.Empty(KindBench.UpdateFaults("nodes", """{"spec":{}}""", Samples.Node));
        Assert.Equal(["spec.podCIDRs: Forbidden: node updates may not change podCIDR except from \"\" to valid"],
            KindBench.UpdateFaults("nodes", Samples.Node, Samples.Node.Replace("10.0.0.0", "10.0.1.0")));
    }

    [Theory]
    [InlineData("configmaps", """{"data":{"a":"x"},"binaryData":{"a":"eA=="}}""", "data[a]: Invalid value: \"a\": duplicate of key present in binaryData")]
    [InlineData("secrets", """{"type":"kubernetes.io/tls","data":{"tls.crt":""}}""", "data[tls.key]: Required value")]
    [InlineData("secrets", """{"data":{"a/b":""}}""", "data[a/b]: Invalid value: \"a/b\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')")]
    public void Bad_data_is_refused(string resource, string json, string fault) => Assert.Equal([fault], KindBench.Faults(resource, json));

    [Theory]
    [InlineData("configmaps", """{"immutable":true,"data":{"a":"1"}}""", """{"immutable":true,"data":{"a":"2"}}""", "data: Forbidden: field is immutable when `immutable` is set")]
    [InlineData("configmaps", """{"immutable":true}""", """{"immutable":false}""", "immutable: Forbidden: field is immutable when `immutable` is set")]
    [InlineData("secrets", """{"type":"a"}""", """{"type":"b"}""", "type: Invalid value: \"b\": field is immutable")]
    public void What_is_immutable_stays(string resource, string before, string after, string fault) => Assert.Equal([fault], KindBench.UpdateFaults(resource, before, after));
}
