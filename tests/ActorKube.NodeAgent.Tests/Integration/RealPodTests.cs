using System.Text;
using System.Text.Json.Nodes;
using ActorKube.NodeAgent.Hosting;
using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Runtimes.Cri;
using ActorKube.NodeAgent.Server;
using ActorKube.NodeAgent.Tests.Containers;
using ActorKube.NodeAgent.Tests.Support;
using ActorKube.Testing.Containers;
using Akka.Actor;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorKube.NodeAgent.Tests.Integration;

/// <summary>A whole agent on a real containerd: what only the kernel can confirm.</summary>
[Collection(ContainerdCollection.Name)]
[Trait("needs", "containerd")]
public sealed class RealPodTests(ContainerdFixture fixture) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TempDirectory _root = new();
    private readonly FakeCluster _cluster = new(TimeProvider.System);
    private ActorSystem? _system;
    private CriRuntime? _runtime;
    private NodeAgentHost? _agent;

    public ValueTask InitializeAsync()
    {
        if (ContainerHost.SkipReason is not null)
            return ValueTask.CompletedTask;
        _system = ActorSystem.Create("real", "akka { loglevel = OFF, stdout-loglevel = OFF }");
        _runtime = new CriRuntime(new CriRuntimeOptions { Endpoint = fixture.Node.Endpoint, RelistInterval = TimeSpan.FromMilliseconds(200) });
        _cluster.Virtual["token"] = body =>
        {
            body["status"] = new JsonObject { ["token"] = "a.b.c", ["expirationTimestamp"] = "2099-01-01T00:00:00Z" };
            return body;
        };
        Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_agent is not null)
        {
            foreach (var pod in _cluster.All("pods"))
                _cluster.DeletePod("default", (string)pod["metadata"]!["name"]!, 0);
            await Until(() => _cluster.All("pods").Count == 0, "the end of all pods");
            await _agent.DisposeAsync();
        }
        if (_system is not null)
            await _system.Terminate();
        if (_runtime is not null)
            await _runtime.DisposeAsync();
        _root.Dispose();
    }

    [Fact]
    public async Task Environment_volumes_and_users_are_as_the_spec_says()
    {
        ContainerdCollection.SkipWithoutContainerd();
        Object("configmaps", "cfg", """{"data":{"color":"blue","file.txt":"from the map"}}""");
        Object("secrets", "sec", """{"type":"Opaque","data":{"password":"czNjcmV0"}}""");
        Object("services", "db", """{"spec":{"clusterIP":"10.96.0.7","ports":[{"port":5432,"protocol":"TCP"}]}}""");
        _cluster.Put("pods", Pod("all", """
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
            """));
        await Until(() => Phase("all") is "Succeeded" or "Failed", "the end of the pod");
        var status = _cluster.Find("pods", "default", "all")!["status"]!;
        var log = await Log(status);
        Assert.True(Phase("all") == "Succeeded", log);
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
        _cluster.Put("pods", Pod("kept", """{"terminationGracePeriodSeconds":2,"volumes":[{"name":"e","emptyDir":{}}],"containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","command":["sh","-c","trap 'exit 0' TERM; while true; do sleep 1; done"],"volumeMounts":[{"name":"e","mountPath":"/e"}]}]}"""));
        await Until(() => Phase("kept") == "Running", "the pod");
        var id = Id("kept");
        await _agent!.DisposeAsync();
        Start();
        _cluster.Put("pods", Pod("other", """{"containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","command":["sh","-c","exec sleep 1000"]}]}"""));
        await Until(() => Phase("other") == "Running", "the pod after the restart");
        Assert.Equal(id, Id("kept"));
        Assert.Equal(0, (int)_cluster.Find("pods", "default", "kept")!["status"]!["containerStatuses"]![0]!["restartCount"]!);
        _cluster.DeletePod("default", "kept", 2);
        await Until(() => _cluster.Find("pods", "default", "kept") is null, "the end of the pod");
        Assert.False(Directory.Exists(_root["pods/uid-kept"]));
        Assert.Empty(Directory.GetDirectories(_root["logs"], "*_kept_*"));
        Assert.DoesNotContain(await _runtime!.ListSandboxesAsync(SandboxFilter.All, Cancel), s => s.Metadata.Uid == "uid-kept");
    }

    [Fact]
    public async Task A_container_that_must_not_be_root_but_would_be_is_refused()
    {
        ContainerdCollection.SkipWithoutContainerd();
        _cluster.Put("pods", Pod("root", """{"securityContext":{"runAsNonRoot":true},"containers":[{"name":"main","image":"IMAGE","imagePullPolicy":"Never","command":["sh"]}]}"""));
        await Until(() => Waiting("root") is not null and not "ContainerCreating", "the refusal");
        Assert.Equal("CreateContainerConfigError", Waiting("root"));
        Assert.Contains("container has runAsNonRoot and image will run as root", (string?)_cluster.Find("pods", "default", "root")!["status"]!["containerStatuses"]![0]!["state"]!["waiting"]!["message"]);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private void Start() => _agent = NodeAgentHost.Start(
        _system!,
        TestPods.Settings(_root.Path) with { NodeIps = [fixture.Node.Address], CgroupsEnabled = true, CgroupRoot = fixture.Node.CgroupParent, VolumeRefresh = TimeSpan.FromSeconds(1) },
        _cluster, _runtime!, TimeProvider.System, NullLoggerFactory.Instance);

    private static JsonObject Pod(string name, string spec)
    {
        var pod = TestPods.Pod(name);
        FakePatch.Apply((JsonObject)pod["spec"]!, (JsonObject)JsonNode.Parse(spec.Replace("IMAGE", OfflineImages.Busybox.Name))!, strategic: false);
        pod["metadata"]!["labels"] = new JsonObject { ["app"] = name };
        pod["status"]!.AsObject().Remove("qosClass");
        return pod;
    }

    private void Object(string plural, string name, string content)
    {
        var item = (JsonObject)JsonNode.Parse(content)!;
        item["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default" };
        _cluster.Put(plural, item);
    }

    private string? Phase(string pod) => (string?)_cluster.Find("pods", "default", pod)?["status"]?["phase"];

    private string? Id(string pod) => (string?)_cluster.Find("pods", "default", pod)?["status"]?["containerStatuses"]?[0]?["containerID"];

    private string? Waiting(string pod) => (string?)_cluster.Find("pods", "default", pod)?["status"]?["containerStatuses"]?[0]?["state"]?["waiting"]?["reason"];

    private async Task<string> Log(JsonNode status)
    {
        var id = ((string)status["containerStatuses"]![0]!["containerID"]!)["containerd://".Length..];
        var container = await _runtime!.GetContainerStatusAsync(id, Cancel);
        using var text = new MemoryStream();
        await new ContainerLogReader(_runtime.LogFiles, TimeProvider.System).CopyAsync(container.LogPath, text, new LogOptions(), Cancel);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    private async Task Until(Func<bool> condition, string what)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(object? sender, EventArgs e)
        {
            if (condition())
                reached.TrySetResult();
        }
        _cluster.Changed += Look;
        try
        {
            Look(null, EventArgs.Empty);
            await reached.Task.WaitAsync(Patience, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Waited in vain for: {what}. Writes:\n{string.Join('\n', _cluster.Writes.Where(w => !w.What.Contains("nodes/")).Select(w => $"{w.What} {w.Body?.ToJsonString()}"))}");
        }
        finally
        {
            _cluster.Changed -= Look;
        }
    }
}
