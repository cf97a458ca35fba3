using System.Globalization;

namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class PodStatusTests
{
    private static string Pod(string status, string container = "", string spec = "") =>
        """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i:1"CONTAINER}]SPEC},"status":{STATUS}}"""
            .Replace("CONTAINER", container.Length > 0 ? "," + container : "").Replace("SPEC", spec.Length > 0 ? "," + spec : "").Replace("STATUS", status);

    private static string[] Faults(string before, string after, string container = "", string spec = "") =>
        KindBench.UpdateFaults("pods", Pod(before, container, spec), Pod(after, container, spec), "status");

    private static string Ended(int code) => """ "containerStatuses":[{"name":"c","state":{"terminated":{"exitCode":CODE}}}] """.Replace("CODE", code.ToString(CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("", "Always", 0, true)]
    [InlineData("", "OnFailure", 0, false)]
    [InlineData("", "OnFailure", 1, true)]
    [InlineData("", "Never", 1, false)]
    [InlineData(""" "restartPolicy":"OnFailure" """, "Never", 1, true)]
    [InlineData(""" "restartPolicy":"OnFailure" """, "Never", 0, false)]
    [InlineData(""" "restartPolicy":"Never" """, "Always", 1, false)]
    [InlineData(""" "restartPolicy":"Never","restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"In","values":[42]}}] """, "Never", 42, true)]
    [InlineData(""" "restartPolicy":"Never","restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"In","values":[42]}}] """, "Never", 1, false)]
    [InlineData(""" "restartPolicy":"Never","restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"NotIn","values":[42]}}] """, "Never", 1, true)]
    [InlineData(""" "restartPolicy":"Never","restartPolicyRules":[{"action":"RestartAllContainers","exitCodes":{"operator":"In","values":[42]}}] """, "Never", 1, true)]
    public void A_container_that_ended_runs_again_only_where_it_is_restarted(string container, string policy, int code, bool restarts) => Assert.Equal(
        restarts ? [] : ["status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state"],
        Faults(Ended(code), """ "containerStatuses":[{"name":"c","state":{"running":{}}}] """, container, $""" "restartPolicy":"{policy}" """));

    [Theory]
    [InlineData(""" "containerStatuses":[{"name":"c","user":{"linux":{"uid":-1,"gid":0,"supplementalGroups":[-2]}}}] """, "",
        "status.containerStatuses[0].user.linux.uid: Invalid value: -1: must be between 0 and 4294967295, inclusive", "status.containerStatuses[0].user.linux.supplementalGroups[0]: Invalid value: -2: must be between 0 and 2147483647, inclusive")]
    [InlineData(""" "initContainerStatuses":[{"name":"c","user":{"linux":{"uid":0,"gid":0}}}] """, """ "os":{"name":"windows"} """, "status.initContainerStatuses[0].user.linux: Forbidden: cannot be set for a windows pod")]
    [InlineData(""" "containerStatuses":[{"name":"c","allocatedResourcesStatus":[{"name":"a.b/gpu","resources":[{"resourceID":"1","health":"Sick"},{"resourceID":"1","health":"Healthy"}]}]}] """, "",
        "status.containerStatuses[0].allocatedResourcesStatus[0].name: Invalid value: \"a.b/gpu\": must match one of the container's resource requests",
        "status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].health: Unsupported value: \"Sick\": supported values: \"Healthy\", \"Unhealthy\", \"Unknown\"",
        "status.containerStatuses[0].allocatedResourcesStatus[0].resources[1].resourceID: Duplicate value: \"1\"")]
    [InlineData(""" "containerStatuses":[{"name":"c","allocatedResourcesStatus":[{"name":"claim:x"}]}] """, "",
        "status.containerStatuses[0].allocatedResourcesStatus[0].name: Invalid value: \"claim:x\": must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty")]
    [InlineData(""" "ephemeralContainerStatuses":[{"name":"e","allocatedResourcesStatus":[{"name":"x"}]}] """, "", "status.ephemeralContainerStatuses[0].allocatedResourcesStatus: Forbidden: must not be specified in container status")]
    [InlineData(""" "conditions":[{"type":"Ready","status":"True","observedGeneration":-1},{"type":"a b","status":"True"}] """, "",
        "status.conditions[0].observedGeneration: Invalid value: -1: must be a non-negative integer",
        "status.conditions[1].Type: Invalid value: \"a b\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')")]
    [InlineData(""" "extendedResourceClaimStatus":{"resourceClaimName":"","requestMappings":[{"containerName":"x","resourceName":"r","requestName":"q"}]} """, "",
        "status.extendedResourceClaimStatus.requestMappings[0].containerName: Invalid value: \"x\": must match the name of an entry in spec.initContainers.name or spec.containers.name", "status.extendedResourceClaimStatus.resourceClaimName: Required value")]
    [InlineData(""" "containerStatuses":[{"name":"c","user":{"linux":{"uid":4294967295,"gid":0}}}] """, "")]
    [InlineData(""" "containerStatuses":[{"name":"c","allocatedResourcesStatus":[{"name":"claim:x","resources":[{"resourceID":"1","health":"Healthy","message":""}]}]}] """, """ "resourceClaims":[{"name":"x","resourceClaimName":"x"}] """,
        "status.containerStatuses[0].allocatedResourcesStatus[0].name: Invalid value: \"claim:x\": must match one of the container's resource claims in a format 'claim:<claimName>/<request>' or 'claim:<claimName>' if request is empty",
        "status.containerStatuses[0].allocatedResourcesStatus[0].resources[0].message: Required value: must be non-empty if specified")]
    [InlineData(""" "observedGeneration":-1 """, "", "status.observedGeneration: Invalid value: -1: must be a non-negative integer")]
    [InlineData(""" "nominatedNodeName":"a" """, """ "nodeName":"n" """, "status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node")]
    [InlineData(""" "podIPs":[{"ip":"10.0.0.1"},{"ip":"10.0.0.1"}] """, "", "status.podIPs: Invalid value: [{\"IP\":\"10.0.0.1\"},{\"IP\":\"10.0.0.1\"}]: may specify no more than one IP for each IP family")]
    [InlineData(""" "podIPs":[{}] """, "", "status.podIPs[0]: Invalid value: \"\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
        "status.podIPs: Invalid value: [{\"IP\":\"\"}]: podIP and podIPs must either both be set or both be unset")]
    [InlineData(""" "resourceClaimStatuses":[{"name":"x","resourceClaimName":"A"}] """, """ "resourceClaims":[{"name":"x","resourceClaimTemplateName":"x"}] """, "status.resourceClaimStatuses[0].resourceClaimName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    [InlineData(""" "resourceClaimStatuses":[{"name":"x"}] """, "", "status.resourceClaimStatuses[0].name: Invalid value: \"x\": must match the name of an entry in `spec.resourceClaims`")]
    [InlineData(""" "hostIP":"10.0.0.1","hostIPs":[{"ip":"10.0.0.2"}],"podIP":"bad","podIPs":[{"ip":"bad"}] """, "",
        "status.podIPs[0]: Invalid value: \"bad\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)", "status.hostIPs[0].ip: Invalid value: \"10.0.0.2\": must be equal to `hostIP`")]
    [InlineData(""" "nominatedNodeName":"A" """, "", "status.nominatedNodeName: Invalid value: \"A\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")]
    public void A_status_is_checked(string status, string spec, params string[] faults) => Assert.Equal(faults, Faults("", status, spec: spec));

    [Fact]
    public void An_address_that_is_stored_may_stay_as_it_is() => Assert.Empty(Faults(""" "podIP":"010.0.0.1" """, """ "podIP":"010.0.0.1" """));
}
