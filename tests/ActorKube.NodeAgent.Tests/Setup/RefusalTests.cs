using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;

namespace ActorKube.NodeAgent.Tests.Setup;

/// <summary>What pods may not have, rather than being run without it.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("net.ipv4.tcp_syncookies", "", "{}", null)]
    [InlineData("net/ipv4/tcp_syncookies", "", "{}", null)]
    [InlineData("kernel.shm_rmid_forced", "", """{"hostIPC":true}""", "forbidden sysctl: \"kernel.shm_rmid_forced\" not allowed with host ipc enabled")]
    [InlineData("net.ipv4.tcp_syncookies", "", """{"hostNetwork":true}""", "forbidden sysctl: \"net.ipv4.tcp_syncookies\" not allowed with host net enabled")]
    [InlineData("net.core.somaxconn", "", "{}", "forbidden sysctl: \"net.core.somaxconn\" not allowlisted")]
    [InlineData("net.core.somaxconn", "net.core.somaxconn", "{}", null)]
    [InlineData("net.core.somaxconn", "net.core.*", "{}", null)]
    [InlineData("net.core.somaxconn", "net.core.*", """{"hostNetwork":true}""", "forbidden sysctl: \"net.core.somaxconn\" not allowed with host net enabled")]
    [InlineData("kernel.panic", "net.*", "{}", "forbidden sysctl: \"kernel.panic\" not allowlisted")]
    public void Only_safe_kernel_parameters_and_those_that_the_node_allows_can_be_set(string name, string allowed, string spec, string? refusal)
    {
        var pod = Contexts.Pod(spec).Pod;
        pod.Spec.SecurityContext = new() { Sysctls = [new() { Name = name, Value = "1" }] };
        Assert.Equal(refusal, SysctlRules.Refusal(pod.Spec, allowed.Length == 0 ? [] : [allowed]));
    }

    [Theory]
    [InlineData("""{"os":{"name":"linux"},"nodeSelector":{"kubernetes.io/os":"linux"}}""", false, null, null)]
    [InlineData("""{"os":{"name":"windows"}}""", true, "PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS")]
    [InlineData("""{"nodeSelector":{"kubernetes.io/os":"windows"}}""", true, "PodOSSelectorNodeLabelDoesNotMatch", "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label")]
    [InlineData("""{"securityContext":{"supplementalGroupsPolicy":"Strict"}}""", false, "SupplementalGroupsPolicyNotSupported", "SupplementalGroupsPolicy=Strict is not supported in this node")]
    [InlineData("""{"securityContext":{"supplementalGroupsPolicy":"Strict"}}""", true, null, null)]
    [InlineData("""{"securityContext":{"supplementalGroupsPolicy":"Merge"}}""", false, null, null)]
    public void A_pod_for_another_system_or_that_the_runtime_would_give_too_many_groups_is_not_taken(string spec, bool strictGroups, string? reason, string? message)
    {
        var refusal = AdmissionRules.Refusal(Contexts.Pod(spec).Pod.Spec, [], strictGroups);
        Assert.Equal((reason, message), (refusal?.Reason, refusal?.Message));
    }

    [Theory]
    [InlineData("", false, "can't set `spec.hostUsers: false`, runtime does not support user namespaces")]
    [InlineData("kata", false, "can't set `spec.hostUsers: false`, RuntimeClass handler \"kata\" does not support user namespaces")]
    [InlineData("", true, "can't set `spec.hostUsers: false`, this node agent does not support user namespaces")]
    public void A_pod_with_users_of_its_own_is_refused(string handler, bool supported, string refusal) =>
        Assert.Equal(refusal, UserNamespaces.Refusal(handler, supported ? [new RuntimeHandler(handler, RecursiveReadOnlyMounts: false, UserNamespaces: true)] : []));

    [Theory]
    [InlineData("{}", "2/0/0")]
    [InlineData("""{"overhead":{"cpu":"250m","memory":"64Mi"}}""", "256/0/0")]
    [InlineData("""{"containers":[{"name":"a","image":"i","resources":{"requests":{"cpu":"500m"},"limits":{"cpu":"1","memory":"1Mi"}}}]}""", "512/100000/1048576")]
    [InlineData("""{"overhead":{"cpu":"500m","memory":"1Mi"},"containers":[{"name":"a","image":"i","resources":{"requests":{"cpu":"500m"},"limits":{"cpu":"1","memory":"1Mi"}}}]}""", "1024/150000/2097152")]
    [InlineData("""{"resources":{"requests":{"cpu":"250m"},"limits":{"cpu":"500m","memory":"2Mi"}},"containers":[{"name":"a","image":"i","resources":{"limits":{"memory":"1Mi"}}},{"name":"b","image":"i"}]}""", "256/50000/2097152")]
    [InlineData("""{"overhead":{"memory":"1Mi"},"containers":[{"name":"a","image":"i","resources":{"limits":{"memory":"1Mi"}}},{"name":"b","image":"i"}]}""", "2/0/0")]
    public void What_a_pod_costs_beyond_its_containers_is_added_to_the_pod(string spec, string sharesQuotaMemory)
    {
        var pod = Contexts.Pod(spec).Pod;
        Assert.Equal(
            sharesQuotaMemory,
            $"{LinuxResources.Shares(PodResources.CpuRequest(pod))}/{LinuxResources.Quota(PodResources.CpuLimit(pod))}/{PodResources.MemoryLimit(pod)}");
    }
}
