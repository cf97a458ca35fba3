using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Tests.Containers;
using ActorKube.Testing.Containers;

namespace ActorKube.NodeAgent.Tests.Integration;

/// <summary>A whole agent on a real containerd: what only the kernel can confirm.</summary>
[Collection(ContainerdCollection.Name)]
[Trait("needs", "containerd")]
public sealed class RealPodTests(ContainerdFixture fixture) : IAsyncLifetime
{
    private RealAgent? _agent;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private RealAgent Agent => _agent ?? throw new InvalidOperationException(ContainerHost.SkipReason);

    public ValueTask InitializeAsync()
    {
        if (ContainerHost.SkipReason is null)
            _agent = new RealAgent(fixture.Node);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _agent?.DisposeAsync() ?? ValueTask.CompletedTask;

    [Fact]
    public async Task Environment_volumes_and_users_are_as_the_spec_says()
    {
        ContainerdCollection.SkipWithoutContainerd();
        Agent.Put("configmaps", "cfg", """{"data":{"color":"blue","file.txt":"from the map"}}""");
        Agent.Put("secrets", "sec", """{"type":"Opaque","data":{"password":"czNjcmV0"}}""");
        Agent.Put("services", "db", """{"spec":{"clusterIP":"10.96.0.7","ports":[{"port":5432,"protocol":"TCP"}]}}""");
        Agent.Put("all", """
            {"restartPolicy":"Never","serviceAccountName":"robot","subdomain":"sub","securityContext":{"runAsUser":1000,"runAsGroup":3000,"fsGroup":2000,"supplementalGroups":[4000]},
             "hostAliases":[{"ip":"1.2.3.4","hostnames":["alias"]}],"dnsPolicy":"None","dnsConfig":{"nameservers":["9.9.9.9"],"searches":["corp.example"],"options":[{"name":"ndots","value":"2"}]},
             "volumes":[{"name":"cfg","configMap":{"name":"cfg"}},{"name":"sec","secret":{"secretName":"sec","defaultMode":256}},{"name":"tmp","emptyDir":{}},{"name":"mem","emptyDir":{"medium":"Memory","sizeLimit":"1Mi"}},
               {"name":"api","projected":{"sources":[{"serviceAccountToken":{"path":"token"}},{"downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}}]}}],
             "containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"IfNotPresent","terminationMessagePath":"/dev/termination-log","securityContext":{"readOnlyRootFilesystem":true,"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}},
               "resources":{"limits":{"memory":"64Mi","cpu":"500m"},"requests":{"memory":"32Mi","cpu":"250m"}},
               "env":[{"name":"PLAIN","value":"text"},{"name":"REF","value":"$(PLAIN)-$(DB_SERVICE_HOST)"},{"name":"COLOR","valueFrom":{"configMapKeyRef":{"name":"cfg","key":"color"}}},{"name":"PASS","valueFrom":{"secretKeyRef":{"name":"sec","key":"password"}}},
                 {"name":"POD","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},{"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}},{"name":"MEM","valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"1Mi"}}}],
               "volumeMounts":[{"name":"cfg","mountPath":"/cfg"},{"name":"sec","mountPath":"/sec"},{"name":"tmp","mountPath":"/tmp"},{"name":"mem","mountPath":"/mem"},{"name":"api","mountPath":"/api"},{"name":"tmp","mountPath":"/part","subPath":"deep/part"}],
               "command":["sh","-c","echo ref=$REF color=$COLOR pass=$PASS pod=$POD mem=$MEM; echo ip=$IP; echo id=$(id -u):$(id -g):$(id -G | tr ' ' ,); cat /cfg/file.txt /sec/password /api/token; echo; cat /api/labels; echo; touch /tmp/x && echo tmp-ok; touch /part/y && test -e /tmp/deep/part/y && echo sub-ok; touch /cfg/x 2>/dev/null || echo cfg-ro; touch /root-x 2>/dev/null || echo root-ro; grep -q ' /mem tmpfs' /proc/mounts && echo mem-ok; cat /etc/resolv.conf; grep -c . /etc/hosts >/dev/null && cat /etc/hosts; echo nnp=$(grep NoNewPrivs /proc/self/status | tr -dc 0-9) caps=$(awk '/CapEff/{print $2}' /proc/self/status); stat -c %g:%a /tmp; hostname; echo bye > /dev/termination-log"]}]}
            """);
        await Agent.Until(() => Agent.Phase("all") is "Succeeded" or "Failed", "the end of the pod");
        var status = Agent.Cluster.Find("pods", "default", "all")!["status"]!;
        var log = await Agent.LogAsync("all");
        Assert.True(Agent.Phase("all") == "Succeeded", log);
        var ip = (string)status["podIP"]!;
        foreach (var line in (string[])
                 [
                     "ref=text-10.96.0.7 color=blue pass=s3cret pod=all mem=64", $"ip={ip}", "id=1000:3000:3000,1500,2000,4000", "from the maps3creta.b.c", "app=\"all\"", "tmp-ok", "sub-ok", "cfg-ro", "root-ro", "mem-ok",
                     "nameserver 9.9.9.9", "search corp.example", "options ndots:2", $"{ip}\tall.sub.default.svc.cluster.local\tall", "1.2.3.4\talias", "nnp=1 caps=0000000000000000", "2000:2777", "all",
                 ])
            Assert.Contains(line, log.Split('\n'));
        Assert.Equal("bye\n", (string?)status["containerStatuses"]![0]!["state"]!["terminated"]!["message"]);
        Assert.StartsWith("containerd://", (string?)status["containerStatuses"]![0]!["containerID"]);
    }

    [Fact]
    public async Task A_restarted_agent_goes_on_with_the_same_containers_and_a_deletion_leaves_nothing()
    {
        ContainerdCollection.SkipWithoutContainerd();
        Agent.Put("kept", """{"terminationGracePeriodSeconds":2,"volumes":[{"name":"e","emptyDir":{}}],"containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","command":["sh","-c","trap 'exit 0' TERM; while true; do sleep 1; done"],"volumeMounts":[{"name":"e","mountPath":"/e"}]}]}""");
        await Agent.Until(() => Agent.Phase("kept") == "Running", "the pod");
        var id = Agent.Id("kept");
        await Agent.StopAsync();
        Agent.Start();
        Agent.Put("other", """{"containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","command":["sh","-c","exec sleep 1000"]}]}""");
        await Agent.Until(() => Agent.Phase("other") == "Running", "the pod after the restart");
        Assert.Equal(id, Agent.Id("kept"));
        Assert.Equal(0, (int)Agent.Cluster.Find("pods", "default", "kept")!["status"]!["containerStatuses"]![0]!["restartCount"]!);
        Agent.Cluster.DeletePod("default", "kept", 2);
        await Agent.Until(() => Agent.Cluster.Find("pods", "default", "kept") is null, "the end of the pod");
        Assert.False(Directory.Exists(Agent.Root["pods/uid-kept"]));
        Assert.Empty(Directory.GetDirectories(Agent.Root["logs"], "*_kept_*"));
        Assert.DoesNotContain(await Agent.Runtime.ListSandboxesAsync(SandboxFilter.All, Cancel), s => s.Metadata.Uid == "uid-kept");
    }

    [Fact]
    public async Task A_container_that_must_not_be_root_but_would_be_is_refused()
    {
        ContainerdCollection.SkipWithoutContainerd();
        Agent.Put("root", """{"securityContext":{"runAsNonRoot":true},"containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","command":["sh"]}]}""");
        await Agent.Until(() => Agent.Waiting("root") is not null and not "ContainerCreating", "the refusal");
        Assert.Equal("CreateContainerConfigError", Agent.Waiting("root"));
        Assert.Contains("container has runAsNonRoot and image will run as root", (string?)Agent.Cluster.Find("pods", "default", "root")!["status"]!["containerStatuses"]![0]!["state"]!["waiting"]!["message"]);
    }

    [Fact]
    public async Task Changes_of_a_config_map_reach_a_running_container_but_not_through_a_sub_path()
    {
        ContainerdCollection.SkipWithoutContainerd();
        Agent.Put("configmaps", "cfg", """{"data":{"color":"blue"}}""");
        Agent.Put("live", """
            {"restartPolicy":"Never","volumes":[{"name":"cfg","configMap":{"name":"cfg"}}],
             "containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","volumeMounts":[{"name":"cfg","mountPath":"/cfg"},{"name":"cfg","mountPath":"/one/color","subPath":"color"}],
               "command":["sh","-c","cat /cfg/color; until grep -q green /cfg/color; do sleep 0.1; done; echo; cat /cfg/color; echo; cat /one/color"]}]}
            """);
        await Agent.Until(() => Agent.Phase("live") == "Running", "the pod");
        Agent.Put("configmaps", "cfg", """{"data":{"color":"green"}}""");
        await Agent.Until(() => Agent.Phase("live") == "Succeeded", "the change in the container");
        Assert.Equal(["blue", "green", "blue"], (await Agent.LogAsync("live")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task A_private_image_is_pulled_with_the_pods_secret_only()
    {
        ContainerdCollection.SkipWithoutContainerd();
        var auth = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{OfflineRegistry.Username}:{OfflineRegistry.Password}"));
        var config = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($$$"""{"auths":{"registry.example":{"auth":"{{{auth}}}"} } }"""));
        Agent.Put("secrets", "pull", $$"""{"type":"kubernetes.io/dockerconfigjson","data":{".dockerconfigjson":"{{config}}"} }""");
        const string Container = """ "containers":[{"name":"main","image":"registry.example/private/busybox:1.36","imagePullPolicy":"Always","command":["sleep","1000"]}]""";
        Agent.Put("without", $$"""{ {{Container}} }""");
        Agent.Put("with", $$"""{"imagePullSecrets":[{"name":"pull"}],{{Container}} }""");
        await Agent.Until(() => Agent.Phase("with") == "Running", "the pod with the secret");
        await Agent.Until(() => Agent.Waiting("without") is "ErrImagePull" or "ImagePullBackOff", "the refusal");
        Assert.Contains(Agent.Events("without", "Failed"), m => m.StartsWith("Failed to pull image \"registry.example/private/busybox:1.36\": ", StringComparison.Ordinal));
        Assert.Contains(Agent.Events("with", "Pulled"), m => m.StartsWith("Successfully pulled image \"registry.example/private/busybox:1.36\" in ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Claims_are_mounted_in_parts_read_only_and_for_the_pods_group()
    {
        ContainerdCollection.SkipWithoutContainerd();
        var disk = Directory.CreateDirectory(Agent.Root["disk"]).FullName;
        Directory.CreateDirectory(Agent.Root["disk/fixed"]);
        File.WriteAllText(Agent.Root["disk/fixed/old"], "old");
        File.CreateSymbolicLink(Agent.Root["disk/escape"], "/etc");
        Agent.Cluster.Put("persistentvolumes", Json($$$$"""{"metadata":{"name":"pv"},"spec":{"local":{"path":"{{{{disk}}}}"},"claimRef":{"uid":"claim-uid"}}}"""));
        Agent.Cluster.Put("persistentvolumeclaims", Json("""{"metadata":{"name":"claim","namespace":"default","uid":"claim-uid"},"spec":{"volumeName":"pv"},"status":{"phase":"Bound"}}"""));
        const string Volumes = """ "volumes":[{"name":"data","persistentVolumeClaim":{"claimName":"claim"}}]""";
        Agent.Put("parts", $$"""
            {"restartPolicy":"Never","securityContext":{"runAsUser":1000,"runAsGroup":1000,"fsGroup":2000},{{Volumes}},
             "containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","env":[{"name":"POD","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"} } }],
               "volumeMounts":[{"name":"data","mountPath":"/own","subPathExpr":"logs/$(POD)"},{"name":"data","mountPath":"/fixed","subPath":"fixed","readOnly":true}],
               "command":["sh","-c","echo text > /own/new && echo written; cat /fixed/old; echo; touch /fixed/x 2>/dev/null || echo read-only; stat -c %g:%A /fixed/old"]}]}
            """);
        Agent.Put("escaping", $$"""
            {"restartPolicy":"Never",{{Volumes}},"containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","volumeMounts":[{"name":"data","mountPath":"/etc-of-node","subPath":"escape"}],"command":["true"]}]}
            """);
        await Agent.Until(() => Agent.Phase("parts") is "Succeeded" or "Failed" && Agent.Waiting("escaping") == "CreateContainerConfigError", "one pod's end and the other's refusal");
        Assert.Equal("written\nold\nread-only\n2000:-rw-rw-r--", (await Agent.LogAsync("parts")).Trim());
        Assert.Equal("text\n", File.ReadAllText(Agent.Root["disk/logs/parts/new"]));
        Assert.Contains(Agent.Events("escaping", "Failed"), m => m.Contains("it leads out of the volume", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Security_settings_reach_the_kernel()
    {
        ContainerdCollection.SkipWithoutContainerd();
        Agent.Put("safe", """
            {"restartPolicy":"Never","shareProcessNamespace":true,"securityContext":{"seccompProfile":{"type":"RuntimeDefault"},"sysctls":[{"name":"net.ipv4.ip_unprivileged_port_start","value":"1234"}]},
             "containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","securityContext":{"capabilities":{"drop":["ALL"],"add":["NET_ADMIN"]}},
               "command":["sh","-c","echo seccomp=$(awk '/^Seccomp:/{print $2}' /proc/self/status) caps=$(awk '/CapEff/{print $2}' /proc/self/status) port=$(cat /proc/sys/net/ipv4/ip_unprivileged_port_start) first=$(cat /proc/1/comm)"]}]}
            """);
        Agent.Put("strong", """
            {"restartPolicy":"Never","hostNetwork":true,"containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","securityContext":{"privileged":true},
               "command":["sh","-c","echo seccomp=$(awk '/^Seccomp:/{print $2}' /proc/self/status); mkdir /m && mount -t tmpfs none /m && echo mounted; ip -4 addr show eth0 | grep -o 'inet [0-9.]*'"]}]}
            """);
        await Agent.Until(() => Agent.Phase("safe") == "Succeeded" && Agent.Phase("strong") == "Succeeded", "both pods");
        Assert.Equal("seccomp=2 caps=0000000000001000 port=1234 first=pause", (await Agent.LogAsync("safe")).Trim());
        Assert.Equal($"seccomp=0\nmounted\ninet {fixture.Node.Address}", (await Agent.LogAsync("strong")).Trim());
        Assert.Equal(fixture.Node.Address, (string?)Agent.Status("strong")!["podIP"]);
    }

    [Fact]
    public async Task What_this_runtime_would_leave_out_is_refused_and_said()
    {
        ContainerdCollection.SkipWithoutContainerd();
        const string Container = """ "containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","command":["sleep","1000"]}]""";
        Agent.Put("runtimeclasses", "good", """{"handler":"runc"}""", ns: "");
        Agent.Put("runtimeclasses", "bad", """{"handler":"kata"}""", ns: "");
        Agent.Put("classless", $$"""{"runtimeClassName":"absent",{{Container}} }""");
        Agent.Put("handlerless", $$"""{"runtimeClassName":"bad",{{Container}} }""");
        Agent.Put("classy", $$"""{"runtimeClassName":"good","overhead":{"cpu":"100m","memory":"16Mi"},{{Container}} }""");
        Agent.Put("users", $$"""{"hostUsers":false,{{Container}} }""");
        Agent.Put("tuned", $$$"""{"securityContext":{"sysctls":[{"name":"net.core.somaxconn","value":"1024"}]},{{{Container}}} }""");
        Agent.Put("debugged", $$"""{"ephemeralContainers":[{"name":"debugger","image":"IMAGE"}],{{Container}} }""");
        await Agent.Until(
            () => Agent.Phase("classy") == "Running" && Agent.Phase("debugged") == "Running" && Agent.Phase("tuned") == "Failed"
                && Agent.Events("classless", "FailedCreatePodSandBox").Any() && Agent.Events("handlerless", "FailedCreatePodSandBox").Any() && Agent.Events("users", "FailedCreatePodSandBox").Any()
                && Agent.Events("debugged", "Failed").Any() && Agent.Events("tuned", "SysctlForbidden").Any(),
            "every refusal");
        Assert.Contains("Failed to create pod sandbox: runtimeclass.node.k8s.io \"absent\" not found", Agent.Events("classless", "FailedCreatePodSandBox"));
        Assert.Contains(Agent.Events("handlerless", "FailedCreatePodSandBox"), m => m.EndsWith("no runtime for \"kata\" is configured", StringComparison.Ordinal));
        Assert.Contains("Failed to create pod sandbox: can't set `spec.hostUsers: false`, runtime does not support user namespaces", Agent.Events("users", "FailedCreatePodSandBox"));
        Assert.Equal(["forbidden sysctl: \"net.core.somaxconn\" not allowlisted"], Agent.Events("tuned", "SysctlForbidden"));
        Assert.Equal(("SysctlForbidden", "Pod was rejected: forbidden sysctl: \"net.core.somaxconn\" not allowlisted"), ((string?)Agent.Status("tuned")!["reason"], (string?)Agent.Status("tuned")!["message"]));
        Assert.Equal(["Error: ephemeral containers are not supported by this node agent"], Agent.Events("debugged", "Failed"));
        Assert.Equal("debugger", (string?)Agent.Status("debugged")!["ephemeralContainerStatuses"]![0]!["name"]);
        Assert.All((string[])["classless", "handlerless", "users"], pod => Assert.Equal("Pending", Agent.Phase(pod)));
        var sandboxes = await Agent.Runtime.ListSandboxesAsync(SandboxFilter.All, Cancel);
        Assert.Equal("runc", sandboxes.Single(s => s.Metadata.Name == "classy").RuntimeHandler);
    }
}
