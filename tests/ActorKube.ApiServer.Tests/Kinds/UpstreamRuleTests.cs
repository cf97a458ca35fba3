using System.Text.Json.Nodes;
using ActorKube.Api.Pods;

namespace ActorKube.ApiServer.Tests.Kinds;

/// <summary>Rules that only upstream's sources tell: order and path of the causes, and what is a warning only.</summary>
public sealed class UpstreamRuleTests
{
    private static string Pod(string container, string rest) =>
        """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i:1"CONTAINER}]REST}}"""
            .Replace("CONTAINER", container.Length > 0 ? "," + container : "").Replace("REST", rest.Length > 0 ? "," + rest : "");

    [Theory]
    [InlineData(""" "hostPath":{"path":""} """, "hostPath.path: Required value")]
    [InlineData(""" "nfs":{"server":"","path":"rel"} """, "nfs.server: Required value", "nfs.path: Invalid value: \"rel\": must be an absolute path")]
    [InlineData(""" "iscsi":{"targetPortal":"p","iqn":"bad","lun":-1} """, "iscsi.iqn: Invalid value: \"bad\": must be valid format starting with iqn, eui, or naa", "iscsi.lun: Invalid value: -1: must be between 0 and 255, inclusive")]
    [InlineData(""" "iscsi":{"targetPortal":"p","iqn":"iqn.2015-02.example.com:disk","lun":0} """)]
    [InlineData(""" "nfs":{"server":"s"} """, "nfs.path: Required value", "nfs.path: Invalid value: \"\": must be an absolute path")]
    [InlineData(""" "projected":{"sources":[{"clusterTrustBundle":{"name":"a.b:c:D","path":"x"}}]} """, "projected.sources[0].clusterTrustBundle.name: Invalid value: \"a.b:c:D\": not a valid clustertrustbundlename: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    [InlineData(""" "projected":{"sources":[{"clusterTrustBundle":{"signerName":"a","path":"x"}},{"clusterTrustBundle":{"path":"x"}}]} """, "projected.sources[0].clusterTrustBundle.signerName: Invalid value: \"a\": must be a fully qualified domain and path of the form 'example.com/signer-name'", "projected.sources[1].clusterTrustBundle: Required value: either name or signerName must be specified", "projected: Invalid value: \"x\": conflicting duplicate paths")]
    [InlineData(""" "projected":{"sources":[{"podCertificate":{"signerName":"a.b/c","keyType":"RSA1024","maxExpirationSeconds":60}}]} """, "projected.sources[0].podCertificate.keyType: Unsupported value: \"RSA1024\": supported values: \"RSA3072\", \"RSA4096\", \"ECDSAP256\", \"ECDSAP384\", \"ECDSAP521\", \"ED25519\"", "projected.sources[0].podCertificate.maxExpirationSeconds: Invalid value: 60: if provided, maxExpirationSeconds must be >= 3600", "projected.sources[0].podCertificate: Required value: specify at least one of credentialBundlePath, keyPath, and certificateChainPath")]
    [InlineData(""" "projected":{"sources":[{"podCertificate":{"signerName":"kubernetes.io/c","keyType":"ED25519","maxExpirationSeconds":86401,"keyPath":"k","certificateChainPath":"k"}}]} """, "projected.sources[0].podCertificate.maxExpirationSeconds: Invalid value: 86401: if provided, maxExpirationSeconds must be <= 86400", "projected: Invalid value: \"k\": conflicting duplicate paths")]
    [InlineData(""" "emptyDir":{"sizeLimit":"-1"} """, "emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity")]
    [InlineData(""" "persistentVolumeClaim":{} """, "persistentVolumeClaim.claimName: Required value")]
    [InlineData(""" "csi":{"driver":""} """, "csi.driver: Required value")]
    public void A_volumes_source_is_checked(string source, params string[] faults) =>
        Assert.Equal(faults.Select(static f => "spec.volumes[0]." + f), KindBench.Faults("pods", Pod("", $$""" "volumes":[{"name":"v", {{source}} }] """)));

    [Theory]
    [InlineData(""" "imagePullPolicy":"Sometimes" """, "imagePullPolicy: Unsupported value: \"Sometimes\": supported values: \"Always\", \"IfNotPresent\", \"Never\"")]
    [InlineData(""" "terminationMessagePolicy":"x" """, "terminationMessagePolicy: Unsupported value: \"x\": supported values: \"File\", \"FallbackToLogsOnError\"")]
    [InlineData(""" "resizePolicy":[{"resourceName":"disk","restartPolicy":"NotRequired"}] """, "resizePolicy: Unsupported value: \"disk\": supported values: \"cpu\", \"memory\"")]
    [InlineData(""" "restartPolicyRules":[{"action":"Stop"}] """, "restartPolicy: Required value: must specify restartPolicy when restart rules are used", "restartPolicyRules[0].action: Unsupported value: \"Stop\": supported values: \"Restart\", \"RestartAllContainers\"", "restartPolicyRules[0].exitCodes: Required value: must be specified")]
    [InlineData(""" "restartPolicy":"Never","restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"Is","values":[1]}}] """, "restartPolicyRules[0].exitCodes.operator: Unsupported value: \"Is\": supported values: \"In\", \"NotIn\"")]
    [InlineData(""" "resources":{"requests":{"cpu":"1000m"},"limits":{"cpu":"1"}} """)]
    public void A_container_is_checked(string container, params string[] faults) =>
        Assert.Equal(faults.Select(static f => "spec.containers[0]." + f), KindBench.Faults("pods", Pod(container, "")));

    [Theory]
    [InlineData("", """ "nodeSelector":{"beta.kubernetes.io/os":"linux"} """, "spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead")]
    [InlineData(""" "env":[{"name":"A","value":"1"},{"name":"A","value":"2"}] """, "", "spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply")]
    [InlineData(""" "resources":{"limits":{"memory":"100m"}} """, "", "spec.containers[0].resources.limits[memory]: fractional byte value \"100m\" is invalid, must be an integer", "spec.containers[0].resources.requests[memory]: fractional byte value \"100m\" is invalid, must be an integer")]
    [InlineData("", """ "terminationGracePeriodSeconds":-1 """, "spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1")]
    [InlineData("", "")]
    public void What_is_no_fault_of_a_pod_may_be_worth_a_warning(string container, string rest, params string[] warnings) =>
        Assert.Equal(warnings, KindBench.Warnings("pods", Pod(container, rest)));

    [Theory]
    [InlineData("""{"clusterIP":"None","sessionAffinity":"ClientIP","ports":[{"port":80}]}""", "spec.SessionAffinity is ignored for headless services")]
    [InlineData("""{"externalName":"a.b","ports":[{"port":80}]}""", "spec.externalName is ignored when spec.type is not \"ExternalName\"")]
    [InlineData("""{"ports":[{"port":80}]}""")]
    [InlineData("""{"type":"LoadBalancer","ports":[{"port":80}],"loadBalancerSourceRanges":["2001:DB8::/32","10.0.0.0/8"]}""",
        "spec.loadBalancerSourceRanges[0]: IPv6 CIDR value \"2001:DB8::/32\" should be in RFC 5952 canonical format (\"2001:db8::/32\")",
        "spec.type: nothing leads traffic to the addresses of load balancers yet; a cloud provider (--cloud-provider) gives them away")]
    public void What_is_no_fault_of_a_service_may_be_worth_a_warning(string spec, params string[] warnings) =>
        // The last is not upstream's.
        Assert.Equal(warnings, KindBench.Warnings("services", $$"""{"metadata":{"name":"s"},"spec": {{spec}} }""").SkipLast(1));

    [Theory]
    [InlineData("""{"spec":{"providerID":"a"}}""", """{"spec":{"providerID":"b"}}""", "spec.providerID: Invalid value: null: field cannot be modified once set")]
    [InlineData("""{"spec":{"providerID":"a"}}""", """{"spec":{}}""", "spec.providerID: Invalid value: null: field cannot be cleared once set")]
    [InlineData("""{"spec":{}}""", """{"spec":{"providerID":"b","unschedulable":true}}""")]
    public void A_node_changes_only_where_it_may(string before, string after, params string[] faults) => Assert.Equal(faults, KindBench.UpdateFaults("nodes", before, after));

    [Theory]
    [InlineData("""{"metadata":{"name":"n"},"status":{"declaredFeatures":["B","A/b","A/b","c"]}}""", "status.declaredFeatures[1]: Invalid value: \"A/b\": list must be sorted alphabetically", "status.declaredFeatures[2]: Duplicate value: \"A/b\"",
        "status.declaredFeatures[3]: Invalid value: \"c\": invalid feature name \"c\": must start with an UpperCamelCase segment, with subsequent segments separated by '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes")]
    [InlineData("""{"metadata":{"name":"n"},"status":{"nodeInfo":{"swap":{"capacity":0}}}}""", "metadata.nodeSwapStatus.capacity: Invalid value: 0: must be greater than zero")]
    [InlineData("""{"metadata":{"name":"n"},"spec":{"podCIDRs":["10.0.0.0/24","10.0.0.0/24"]}}""", "spec.podCIDRs: Invalid value: [\"10.0.0.0/24\",\"10.0.0.0/24\"]: may specify no more than one CIDR for each IP family")]
    public void A_new_node_is_checked(string node, params string[] faults) => Assert.Equal(faults, KindBench.Faults("nodes", node).Where(static f => !f.EndsWith(": Required value", StringComparison.Ordinal)));

    [Theory]
    [InlineData("""{"containers":[{"resources":{"requests":{"cpu":"1","memory":"1Gi"},"limits":{"cpu":"1000m","memory":"1024Mi"}}}]}""", "Guaranteed")]
    [InlineData("""{"containers":[{"resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"1","memory":"1Gi"}}}],"initContainers":[{}]}""", "Burstable")]
    [InlineData("""{"containers":[{"resources":{"requests":{"cpu":"1","memory":"1Gi"},"limits":{"cpu":"2","memory":"1Gi"}}}]}""", "Burstable")]
    [InlineData("""{"containers":[{"resources":{"limits":{"cpu":"1"},"requests":{"cpu":"1"}}}]}""", "Burstable")]
    [InlineData("""{"containers":[{"resources":{"requests":{"example.com/gpu":"1"}}}]}""", "BestEffort")]
    [InlineData("""{"containers":[{"resources":{"requests":{"cpu":"0"}}}]}""", "BestEffort")]
    [InlineData("""{"containers":[{}],"resources":{"requests":{"cpu":"1","memory":"1Gi"},"limits":{"cpu":"1","memory":"1Gi"}}}""", "Guaranteed")]
    [InlineData("""{"containers":[{}]}""", "BestEffort")]
    public void The_class_of_service_compares_quantities(string spec, string quality) => Assert.Equal(quality, PodQuality.Of((JsonObject)JsonNode.Parse(spec)!));
}
