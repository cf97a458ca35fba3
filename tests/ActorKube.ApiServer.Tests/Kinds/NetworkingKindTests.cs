namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class NetworkingKindTests
{
    private const string Networking = "networking.k8s.io/v1/";
    private const string Subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string Backend = """ "backend":{"service":{"name":"s","port":{"number":80}}} """;

    [Theory]
    [InlineData("{}", "spec: Invalid value: null: either `defaultBackend` or `rules` must be specified")]
    [InlineData("""{"defaultBackend":{}}""", "spec.defaultBackend: Invalid value: \"\": resource or service backend is required")]
    [InlineData("""{"defaultBackend":{"service":{"name":"s"}}}""", "spec.defaultBackend: Required value: port name or number is required")]
    [InlineData("""{"defaultBackend":{"service":{"name":"","port":{"name":"http","number":80}}}}""", "spec.defaultBackend.service.name: Required value", "spec.defaultBackend: Invalid value: \"\": cannot set both port name & port number")]
    [InlineData("""{"defaultBackend":{"service":{"name":"1s","port":{"number":70000}}}}""", "spec.defaultBackend.service.port.number: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData("""{"defaultBackend":{"resource":{"kind":"","name":"a/b"}}}""", "spec.defaultBackend.resource.kind: Required value", "spec.defaultBackend.resource.name: Invalid value: \"a/b\": may not contain '/'")]
    [InlineData("""{"defaultBackend":{"resource":{"kind":"K","name":"a"},"service":{"name":"s"}}}""", "spec.defaultBackend: Invalid value: \"\": cannot set both resource and service backends")]
    [InlineData("""{"rules":[{"host":"10.0.0.1"}]}""", "spec.rules[0].host: Invalid value: \"10.0.0.1\": must be a DNS name, not an IP address")]
    [InlineData("""{"rules":[{"host":"*.example.com"}],"tls":[{"hosts":["*.example.com"],"secretName":"s"}]}""")]
    [InlineData("""{"rules":[{"host":"A"}]}""", "spec.rules[0].host: Invalid value: \"A\": " + Subdomain)]
    [InlineData("""{"rules":[{"http":{"paths":[]}}],"ingressClassName":"A"}""", "spec.rules[0].http.paths: Required value", "spec.ingressClassName: Invalid value: \"A\": " + Subdomain)]
    public void An_ingress_is_checked(string spec, params string[] faults) => Assert.Equal(faults, KindBench.Faults(Networking + "ingresses", $$"""{"metadata":{"name":"i"},"spec":{{spec}}}"""));

    [Theory]
    [InlineData("", "pathType: Required value: pathType must be specified")]
    [InlineData(""" "pathType":"Exact" """, "path: Invalid value: \"\": must be an absolute path")]
    [InlineData(""" "pathType":"Prefix","path":"/a//b/.." """, "path: Invalid value: \"/a//b/..\": must not contain '//'", "path: Invalid value: \"/a//b/..\": cannot end with '/..'")]
    [InlineData(""" "pathType":"ImplementationSpecific","path":"a" """, "path: Invalid value: \"a\": must be an absolute path")]
    [InlineData(""" "pathType":"ImplementationSpecific" """)]
    [InlineData(""" "pathType":"Regex","path":"/" """, "pathType: Unsupported value: \"Regex\": supported values: \"Exact\", \"ImplementationSpecific\", \"Prefix\"")]
    public void A_path_of_an_ingress_is_checked(string path, params string[] faults) => Assert.Equal(
        faults.Select(static f => "spec.rules[0].http.paths[0]." + f),
        KindBench.Faults(Networking + "ingresses", $$$$"""{"metadata":{"name":"i"},"spec":{"rules":[{"http":{"paths":[{{{{{Backend}}}}{{{{(path.Length > 0 ? "," + path : "")}}}}}]}}]}}"""));

    [Fact]
    public void The_old_annotation_says_the_same_as_the_field()
    {
        const string both = """{"metadata":{"name":"i","annotations":{"kubernetes.io/ingress.class":"a"}},"spec":{"ingressClassName":"b","rules":[{}]}}""";
        Assert.Equal(["annotations.kubernetes.io/ingress.class: Invalid value: \"a\": must match `ingressClassName` when both are specified"], KindBench.Faults(Networking + "ingresses", both));
        Assert.Empty(KindBench.UpdateFaults(Networking + "ingresses", both, both));
        Assert.Contains("annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead",
            KindBench.Warnings(Networking + "ingresses", """{"metadata":{"name":"i","annotations":{"kubernetes.io/ingress.class":"a"}},"spec":{"rules":[{}]}}"""));
    }

    [Fact]
    public void The_addresses_of_an_ingress_are_checked()
    {
        const string spec = """ "metadata":{"name":"i"},"spec":{"rules":[{}]} """;
        Assert.Equal(
            ["status.loadBalancer.ingress[0].ip: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)", "status.loadBalancer.ingress[1].hostname: Invalid value: \"1.2.3.4\": must be a DNS name, not an IP address"],
            KindBench.UpdateFaults(Networking + "ingresses", "{" + spec + "}", "{" + spec + ""","status":{"loadBalancer":{"ingress":[{"ip":"x"},{"hostname":"1.2.3.4"}]}}}""", "status"));
    }

    [Theory]
    [InlineData("{}", "spec.controller: Required value")]
    [InlineData("""{"controller":"nginx"}""", "spec.controller: Invalid value: \"nginx\": must be a domain-prefixed path (such as \"acme.io/foo\")")]
    [InlineData("""{"controller":"k8s.io/a b"}""", "spec.controller: Invalid value: \"a b\": Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')")]
    [InlineData("""{"controller":"k8s.io/x","parameters":{"kind":"K","name":"n","namespace":"a"}}""", "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'")]
    [InlineData("""{"controller":"k8s.io/x","parameters":{"kind":"K","name":"","scope":"Namespace"}}""", "spec.parameters.name: Required value", "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'")]
    [InlineData("""{"controller":"k8s.io/x","parameters":{"kind":"K","name":"n","scope":"Galaxy"}}""", "spec.parameters.scope: Unsupported value: \"Galaxy\": supported values: \"Cluster\", \"Namespace\"")]
    public void An_ingress_class_is_checked(string spec, params string[] faults) => Assert.Equal(faults, KindBench.Faults(Networking + "ingressclasses", $$"""{"metadata":{"name":"i"},"spec":{{spec}}}"""));

    [Fact]
    public void Who_serves_a_class_never_changes() => Assert.Equal(["spec.controller: Invalid value: \"k8s.io/b\": field is immutable"],
        KindBench.UpdateFaults(Networking + "ingressclasses", """{"spec":{"controller":"k8s.io/a"}}""", """{"spec":{"controller":"k8s.io/b"}}"""));
}
