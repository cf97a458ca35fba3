namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class PodValidationTests
{
    private static string Pod(string spec) => $$"""{"metadata":{"name":"p"},"spec":{{spec}}}""";

    private static string One(string container, string rest = "") => Pod($$"""{"containers":[{"name":"c","image":"i"{{(container.Length > 0 ? "," + container : "")}}}]{{(rest.Length > 0 ? "," + rest : "")}}}""");

    [Theory]
    [InlineData("""{}""", "spec.containers: Required value")]
    [InlineData("""{"containers":[]}""", "spec.containers: Required value")]
    [InlineData("""{"containers":[{"name":"c"}]}""", "spec.containers[0].image: Required value")]
    [InlineData("""{"containers":[{"name":"c","image":" i"}]}""", "spec.containers[0].image: Invalid value: \" i\": must not have leading or trailing whitespace")]
    [InlineData("""{"containers":[{"name":"a","image":"i"},{"name":"a","image":"i"}]}""", "spec.containers[1].name: Duplicate value: \"a\"")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"initContainers":[{"name":"a","image":"i"}]}""", "spec.initContainers[0].name: Duplicate value: \"a\"")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"initContainers":[{"name":"b","image":"i","lifecycle":{"preStop":{"exec":{"command":["x"]}}}}]}""", "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"ephemeralContainers":[{"name":"b","image":"i"}]}""", "spec.ephemeralContainers: Forbidden: cannot be set on create")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"restartPolicy":"Sometimes"}""", "spec.restartPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"OnFailure\", \"Never\"")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"activeDeadlineSeconds":0}""", "spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"hostnameOverride":"db.example.com","setHostnameAsFQDN":false}""")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"hostnameOverride":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", "spec.hostnameOverride: Too long: may not be more than 64 bytes")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"hostnameOverride":"a","setHostnameAsFQDN":true,"hostNetwork":true}""", "spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true", "spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"dnsPolicy":"None"}""", "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"hostAliases":[{"ip":"1.2.3"}]}""", "spec.hostAliases[0].ip: Invalid value: \"1.2.3\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"nodeSelector":{"a":"b c"}}""", "spec.nodeSelector: Invalid value: \"b c\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"schedulingGates":[{"name":"a/b"}],"nodeName":"n"}""", "spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared")]
    [InlineData("""{"containers":[{"name":"a","image":"i"}],"shareProcessNamespace":true,"hostPID":true}""", "spec.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled")]
    public void A_bad_spec_is_refused_in_upstreams_words(string spec, params string[] faults) => Assert.Equal(faults, KindBench.Faults("pods", Pod(spec)));

    [Theory]
    [InlineData(""" "ports":[{}] """, "spec.containers[0].ports[0].containerPort: Required value")]
    [InlineData(""" "ports":[{"containerPort":70000}] """, "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive")]
    [InlineData(""" "ports":[{"containerPort":80,"name":"web"},{"containerPort":81,"name":"web"}] """, "spec.containers[0].ports[1].name: Duplicate value: \"web\"")]
    [InlineData(""" "ports":[{"containerPort":80,"hostPort":8},{"containerPort":81,"hostPort":8}] """, "spec.containers[0].ports[1].hostPort: Duplicate value: \"TCP//8\"")]
    [InlineData(""" "env":[{"value":"x"}] """, "spec.containers[0].env[0].name: Required value")]
    [InlineData(""" "env":[{"name":"A=B"}] """, "spec.containers[0].env[0].name: Invalid value: \"A=B\": a valid environment variable name must consist only of printable ASCII characters other than '='")]
    [InlineData(""" "env":[{"name":"A","value":"x","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}] """, "spec.containers[0].env[0].valueFrom: Invalid value: \"\": may not be specified when `value` is not empty")]
    [InlineData(""" "env":[{"name":"A","valueFrom":{}}] """, "spec.containers[0].env[0].valueFrom: Invalid value: \"\": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`")]
    [InlineData(""" "env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"status.phase"}}}] """, "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Unsupported value: \"status.phase\": supported values: \"metadata.name\", \"metadata.namespace\", \"metadata.uid\", \"spec.nodeName\", \"spec.serviceAccountName\", \"status.hostIP\", \"status.hostIPs\", \"status.podIP\", \"status.podIPs\"")]
    [InlineData(""" "env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"spec.x"}}}] """, "spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: \"spec.x\": error converting fieldPath: field label not supported: spec.x")]
    [InlineData(""" "envFrom":[{}] """, "spec.containers[0].envFrom: Invalid value: \"\": must specify one of: `configMapRef` or `secretRef`")]
    [InlineData(""" "volumeMounts":[{"name":"v","mountPath":"/x"}] """, "spec.containers[0].volumeMounts[0].name: Not found: \"v\"")]
    [InlineData(""" "resources":{"requests":{"cpu":"2"},"limits":{"cpu":"1"}} """, "spec.containers[0].resources.requests: Invalid value: \"2\": must be less than or equal to cpu limit of 1")]
    [InlineData(""" "resources":{"limits":{"cpu":"-1"}} """, "spec.containers[0].resources.limits[cpu]: Invalid value: \"-1\": must be greater than or equal to 0", "spec.containers[0].resources.requests[cpu]: Invalid value: \"-1\": must be greater than or equal to 0")]
    [InlineData(""" "resources":{"requests":{"bananas":"1"}} """, "spec.containers[0].resources.requests[bananas]: Invalid value: \"bananas\": must be a standard resource type or fully qualified", "spec.containers[0].resources.requests[bananas]: Invalid value: \"bananas\": must be a standard resource for containers")]
    [InlineData(""" "resources":{"requests":{"example.com/gpu":"1"}} """, "spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources")]
    [InlineData(""" "livenessProbe":{} """, "spec.containers[0].livenessProbe: Required value: must specify a handler type")]
    [InlineData(""" "livenessProbe":{"tcpSocket":{"port":80},"exec":{"command":["x"]}} """, "spec.containers[0].livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type")]
    [InlineData(""" "livenessProbe":{"exec":{"command":["x"]},"successThreshold":2} """, "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1")]
    [InlineData(""" "readinessProbe":{"httpGet":{"port":0}} """, "spec.containers[0].readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive")]
    [InlineData(""" "readinessProbe":{"httpGet":{"port":1},"terminationGracePeriodSeconds":5} """, "spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes")]
    [InlineData(""" "lifecycle":{"preStop":{"exec":{}}} """, "spec.containers[0].lifecycle.preStop.exec.command: Required value")]
    [InlineData(""" "securityContext":{"runAsUser":-1} """, "spec.containers[0].securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive")]
    public void A_bad_container_is_refused_in_upstreams_words(string container, params string[] faults) => Assert.Equal(faults, KindBench.Faults("pods", One(container)));

    [Theory]
    [InlineData(""" "volumes":[{"name":"v","emptyDir":{},"hostPath":{"path":"/"}}] """, "spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type")]
    [InlineData(""" "volumes":[{"name":"v"},{"name":"v"}] """, "spec.volumes[1].name: Duplicate value: \"v\"")]
    [InlineData(""" "volumes":[{"emptyDir":{}}] """, "spec.volumes[0].name: Required value")]
    [InlineData(""" "volumes":[{"name":"v","hostPath":{"path":"/a/../b"}}] """, "spec.volumes[0].hostPath.path: Invalid value: \"/a/../b\": must not contain '..'")]
    [InlineData(""" "volumes":[{"name":"v","configMap":{"defaultMode":1024,"name":"m"}}] """, "spec.volumes[0].configMap.defaultMode: Invalid value: 1024: must be a number between 0 and 0777 (octal), both inclusive")]
    [InlineData(""" "volumes":[{"name":"v","secret":{}}] """, "spec.volumes[0].secret.secretName: Required value")]
    [InlineData(""" "volumes":[{"name":"v","secret":{"secretName":"s","items":[{"key":"k","path":"/abs"}]}}] """, "spec.volumes[0].secret.items[0].path: Invalid value: \"/abs\": must be a relative path")]
    [InlineData(""" "volumes":[{"name":"v","projected":{"sources":[{"serviceAccountToken":{"path":"t","expirationSeconds":1}}]}}] """, "spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 1: may not specify a duration less than 10 minutes", "spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set")]
    [InlineData(""" "tolerations":[{"value":"v"}] """, "spec.tolerations[0].operator: Invalid value: \"\": operator must be Exists when `key` is empty, which means \"match all values and all keys\"")]
    [InlineData(""" "tolerations":[{"key":"k","operator":"Exists","effect":"NoSchedule","tolerationSeconds":3}] """, "spec.tolerations[0].effect: Invalid value: \"NoSchedule\": effect must be 'NoExecute' when `tolerationSeconds` is set")]
    [InlineData(""" "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[]}}} """, "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term")]
    [InlineData(""" "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"k","operator":"In"}]}]}}} """, "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'")]
    [InlineData(""" "affinity":{"podAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":0,"podAffinityTerm":{"topologyKey":"k"}}]}} """, "spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100")]
    [InlineData(""" "affinity":{"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"topologyKey":""}]}} """, "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty",
        "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: \"\": name part must be non-empty",
        "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")]
    [InlineData(""" "topologySpreadConstraints":[{"maxSkew":0,"topologyKey":"z","whenUnsatisfiable":"DoNotSchedule"}] """, "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero")]
    [InlineData(""" "securityContext":{"sysctls":[{"name":"A","value":"1"}]} """, "spec.securityContext.sysctls[0].name: Invalid value: \"A\": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$")]
    public void A_bad_part_of_the_spec_is_refused_in_upstreams_words(string rest, params string[] faults) =>
        Assert.Equal(faults.Select(static f => f.Replace("\\\\", "\\")), KindBench.Faults("pods", One("", rest)));

    [Fact]
    public void A_pod_that_uses_everything_is_accepted()
    {
        Assert.Empty(KindBench.Faults("pods", Samples.RichPod));
        Assert.Empty(KindBench.Faults("pods", Samples.SmallPod));
    }

    [Theory]
    [InlineData("runtime/default", "", """{"type":"RuntimeDefault"}""")]
    [InlineData("unconfined", "", """{"type":"Unconfined"}""")]
    [InlineData("localhost/mine", "", """{"type":"Localhost","localhostProfile":"mine"}""")]
    [InlineData("localhost/", "", null)]
    [InlineData("runtime/default", """ "securityContext":{"appArmorProfile":{"type":"RuntimeDefault"}}, """, null)]
    [InlineData("unconfined", """ "os":{"name":"windows"}, """, null)]
    public void A_profile_in_the_old_annotation_becomes_a_field(string annotation, string spec, string? field)
    {
        var pod = KindBench.Defaulted("pods", """{"metadata":{"name":"p","annotations":{"container.apparmor.security.beta.kubernetes.io/c":"ANNOTATION"}},"spec":{SPEC"containers":[{"name":"c","image":"i"}]}}"""
            .Replace("ANNOTATION", annotation).Replace("SPEC", spec));
        KindBench.Strategy("pods").PrepareForCreate(pod, new Api.Users.UserInfo("alice"));
        Assert.Equal(field, pod["spec"]!["containers"]![0]!["securityContext"]?["appArmorProfile"]?.ToJsonString());
    }
}
