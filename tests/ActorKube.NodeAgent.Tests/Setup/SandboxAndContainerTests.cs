using System.Text;
using ActorKube.NodeAgent.Pods;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;
using ActorKube.NodeAgent.Tests.Support;
using k8s.Models;

namespace ActorKube.NodeAgent.Tests.Setup;

public sealed class SandboxAndContainerTests
{
    private static readonly NodeSetup Node = new(
        "n1", new PodPaths("/agent", "/logs"), "/root", "/seccomp", new DnsSettings(["10.96.0.10"], "cluster.local", new DnsConfig(["8.8.8.8"], ["corp"], ["edns0"])), new NodeCapacity(4, 8L << 30, 100L << 30));

    [Theory]
    [InlineData("{}", "ClusterFirst")]
    [InlineData("""{"dnsPolicy":"ClusterFirst"}""", "ClusterFirst")]
    [InlineData("""{"dnsPolicy":"Default"}""", "8.8.8.8|corp|edns0")]
    [InlineData("""{"dnsPolicy":"ClusterFirst","hostNetwork":true}""", "8.8.8.8|corp|edns0")]
    [InlineData("""{"dnsPolicy":"ClusterFirstWithHostNet","hostNetwork":true}""", "ClusterFirst")]
    [InlineData("""{"dnsPolicy":"None","dnsConfig":{"nameservers":["1.1.1.1"],"searches":["a"],"options":[{"name":"ndots","value":"1"}]}}""", "1.1.1.1|a|ndots:1")]
    [InlineData("""{"dnsPolicy":"Default","dnsConfig":{"nameservers":["8.8.8.8","1.1.1.1"],"options":[{"name":"edns0"},{"name":"rotate"}]}}""", "8.8.8.8,1.1.1.1|corp|edns0,rotate")]
    public void The_dns_policy_decides_about_name_servers(string spec, string expected)
    {
        if (expected == "ClusterFirst")
            expected = "10.96.0.10|default.svc.cluster.local,svc.cluster.local,cluster.local,corp|ndots:5";
        var dns = Node.Dns.Of(Contexts.Pod(spec).Pod);
        Assert.Equal(expected, $"{string.Join(',', dns.Servers)}|{string.Join(',', dns.Searches)}|{string.Join(',', dns.Options)}");
    }

    [Fact]
    public void A_container_without_limits_may_take_what_its_pod_may_and_a_sidecar_does_not_go_before_those_it_serves()
    {
        var pod = Contexts.Pod("""{"resources":{"limits":{"cpu":"500m","memory":"64Mi"}},"initContainers":[{"name":"s","image":"i","restartPolicy":"Always"},{"name":"i","image":"i"}],"containers":[{"name":"a","image":"i","resources":{"requests":{"memory":"4Gi"}}}]}""").Pod;
        pod.Status = new() { QosClass = "Burstable" };
        var (sidecar, plain, main) = (LinuxResources.Of(pod, pod.Spec.InitContainers[0], 8L << 30), LinuxResources.Of(pod, pod.Spec.InitContainers[1], 8L << 30), LinuxResources.Of(pod, pod.Spec.Containers[0], 8L << 30));
        Assert.Equal((50_000, 64 << 20), (main.CpuQuota, main.MemoryLimitBytes));
        Assert.Equal((500, 500, 999), (sidecar.OomScoreAdj, main.OomScoreAdj, plain.OomScoreAdj));
    }

    [Theory]
    [InlineData("{}", "web", "")]
    [InlineData("""{"hostname":"h"}""", "h", "")]
    [InlineData("""{"hostname":"h","subdomain":"s"}""", "h", "s.default.svc.cluster.local")]
    [InlineData("""{"hostname":"h","subdomain":"s","setHostnameAsFQDN":true}""", "h.s.default.svc.cluster.local", "s.default.svc.cluster.local")]
    [InlineData("""{"hostNetwork":true}""", "", "")]
    public void Pods_have_host_names(string spec, string host, string domain)
    {
        var name = Hostname.Of(Contexts.Pod(spec).Pod, "cluster.local");
        Assert.Equal((host, domain), (name.Host, name.Domain));
    }

    [Theory]
    [InlineData("{}", "/root/kubepods/besteffort/poduid-web", 1000, 2, 0)]
    [InlineData("""{"requests":{"cpu":"500m","memory":"4Gi"}}""", "/root/kubepods/burstable/poduid-web", 500, 512, 0)]
    [InlineData("""{"limits":{"cpu":"500m","memory":"1Gi"}}""", "/root/kubepods/poduid-web", -997, 512, 50_000)]
    [InlineData("""{"requests":{"cpu":"1m","memory":"1Mi"},"limits":{"cpu":"2"}}""", "/root/kubepods/burstable/poduid-web", 999, 2, 200_000)]
    [InlineData("""{"requests":{"cpu":"1m"},"limits":{"cpu":"1e26","memory":"1e29"}}""", "/root/kubepods/burstable/poduid-web", 999, 2, 1L << 61)]
    public void Requests_and_limits_become_cgroup_settings(string resources, string cgroup, long oom, long shares, long quota)
    {
        var pod = Contexts.Pod($$$"""{"containers":[{"name":"web","image":"i","resources":{{{resources}}}}]}""").Pod;
        pod.Status.QosClass = null;
        var linux = LinuxResources.Of(pod, pod.Spec.Containers[0], 8L << 30);
        Assert.Equal((cgroup, oom, shares, quota), (SandboxConfigBuilder.CgroupParent(pod, "/root"), linux.OomScoreAdj, linux.CpuShares, linux.CpuQuota));
    }

    [Theory]
    [InlineData("{}", "{}", null, "", true)]
    [InlineData("""{"runAsNonRoot":true}""", "{}", null, "", false)]
    [InlineData("""{"runAsNonRoot":true}""", "{}", 0L, "", false)]
    [InlineData("""{"runAsNonRoot":true}""", "{}", 1000L, "", true)]
    [InlineData("""{"runAsNonRoot":true}""", "{}", null, "nobody", false)]
    [InlineData("""{"runAsNonRoot":true,"runAsUser":1}""", "{}", null, "", true)]
    [InlineData("""{"runAsNonRoot":true}""", """{"runAsUser":0}""", 1000L, "", false)]
    [InlineData("""{"runAsNonRoot":true}""", """{"runAsNonRoot":false}""", null, "", true)]
    public void A_container_that_must_not_be_root_is_checked_against_its_image(string podContext, string containerContext, long? uid, string username, bool accepted)
    {
        var pod = Contexts.Pod($$$"""{"securityContext":{{{podContext}}},"containers":[{"name":"web","image":"i","securityContext":{{{containerContext}}}}]}""").Pod;
        var image = new ImageInfo { Id = "i", Uid = uid, Username = username };
        var error = Record.Exception(() => SecurityBuilder.VerifyNonRoot(pod, pod.Spec.Containers[0], image));
        Assert.Equal(accepted, error is null);
    }

    [Fact]
    public void What_a_container_says_about_security_wins_over_its_pod()
    {
        var pod = Contexts.Pod("""
            {"hostPID":true,"securityContext":{"runAsUser":1,"runAsGroup":2,"fsGroup":3,"supplementalGroups":[4],"seccompProfile":{"type":"RuntimeDefault"}},
             "containers":[{"name":"web","image":"i","securityContext":{"runAsUser":9,"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"procMount":"Unmasked","capabilities":{"add":["CAP_NET_ADMIN"],"drop":["ALL"]},"seccompProfile":{"type":"Localhost","localhostProfile":"p/x.json"}}}]}
            """).Pod;
        var security = SecurityBuilder.Container(pod, pod.Spec.Containers[0], null, "/seccomp");
        Assert.Equal((9L, 2L), (security.RunAsUser, security.RunAsGroup));
        Assert.Equal([3L, 4L], security.SupplementalGroups);
        Assert.Equal(["NET_ADMIN"], security.AddCapabilities);
        Assert.Equal(["ALL"], security.DropCapabilities);
        Assert.True(security.NoNewPrivileges && security.ReadOnlyRootFileSystem);
        Assert.Empty(security.MaskedPaths!.Value);
        Assert.Equal(new SecurityProfile(SecurityProfileKind.Localhost, "/seccomp/p/x.json"), security.Seccomp);
        Assert.Equal(NamespaceMode.Node, security.Namespaces.Pid);
    }

    [Theory]
    [InlineData("../etc/x")]
    [InlineData("")]
    public void A_local_seccomp_profile_must_lie_in_its_directory(string profile)
    {
        var pod = Contexts.Pod($$"""{"securityContext":{"seccompProfile":{"type":"Localhost","localhostProfile":"{{profile}}"} } }""").Pod;
        Assert.Throws<SetupException>(() => SecurityBuilder.Container(pod, pod.Spec.Containers[0], null, "/seccomp"));
    }

    [Theory]
    [InlineData("busybox", "busybox:latest")]
    [InlineData("busybox:1", "busybox:1")]
    [InlineData("host:5000/a/b", "host:5000/a/b:latest")]
    [InlineData("a@sha256:0123456789012345678901234567890123456789012345678901234567890123", "a@sha256:0123456789012345678901234567890123456789012345678901234567890123")]
    [InlineData("Upper", null)]
    [InlineData("a b", null)]
    [InlineData("", null)]
    [InlineData("a:", null)]
    public void Image_names_get_a_tag_or_are_refused(string name, string? expected)
    {
        if (expected is null)
            Assert.Equal(WaitingReasons.InvalidImageName, Assert.Throws<SetupException>(() => ImageNames.WithTag(name)).Reason);
        else
            Assert.Equal(expected, ImageNames.WithTag(name));
    }

    [Theory]
    [InlineData("busybox", "hub")]
    [InlineData("docker.io/library/busybox", "hub")]
    [InlineData("reg.example:5000/team/app", "team")]
    [InlineData("reg.example:5000/other", "reg")]
    [InlineData("a.wild.example/x", "wild")]
    [InlineData("a.b.wild.example/x", "")]
    [InlineData("unknown.example/x", "")]
    public void Pull_secrets_are_found_by_registry_and_path_the_longest_first(string image, string user)
    {
        var auths = """{"auths":{"https://index.docker.io/v1/":{"auth":"aHViOnA="},"reg.example:5000":{"username":"reg","password":"p"},"reg.example:5000/team":{"username":"team","password":"p"},"*.wild.example":{"username":"wild","password":"p"}}}""";
        var secret = new V1Secret { Metadata = new V1ObjectMeta { Name = "s", NamespaceProperty = "default" }, Type = "kubernetes.io/dockerconfigjson", Data = new Dictionary<string, byte[]> { [".dockerconfigjson"] = Encoding.UTF8.GetBytes(auths) } };
        Assert.Equal(user, Keyring.Of([secret]).For(image).FirstOrDefault()?.Username ?? "");
    }

    [Fact]
    public void The_sandbox_knows_ports_labels_and_its_log_directory()
    {
        var pod = Contexts.Pod("""{"containers":[{"name":"web","image":"i","ports":[{"containerPort":80,"hostPort":8080,"protocol":"UDP","hostIP":"127.0.0.1"}]}],"securityContext":{"sysctls":[{"name":"net/core/somaxconn","value":"9"}]}}""", """{"labels":{"app":"x"}}""").Pod;
        var config = SandboxConfigBuilder.Build(pod, 3, Node);
        Assert.Equal(new PortMapping(PortProtocol.Udp, 80, 8080, "127.0.0.1"), Assert.Single(config.PortMappings));
        Assert.Equal(("x", "uid-web", "n1"), (config.Labels["app"], config.Labels[RuntimeLabels.PodUid], config.Labels[RuntimeLabels.Node]));
        Assert.Equal(("/logs/default_web_uid-web", 3u, "9"), (config.LogDirectory, config.Metadata.Attempt, config.Sysctls["net.core.somaxconn"]));
        Assert.Equal(SecurityProfileKind.RuntimeDefault, config.Security.Seccomp!.Kind);
    }
}
