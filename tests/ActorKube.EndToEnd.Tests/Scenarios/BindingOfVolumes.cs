using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>Claims and volumes made by hand, through kubectl: bound at once, bound with the node, made by a provisioner, kept while in use.</summary>
[Collection(SimulatedScenarios.Name)]
public sealed class BindingOfVolumes(SimulatedCluster cluster) : IAsyncLifetime
{
    private Kubectl Kubectl => cluster.Kubectl;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        await Kubectl.UntilAsync("get", "node", "node-1", "node-2");
        await Kubectl.RunAsync("wait", "--for=condition=Ready", "node", "--all", "--timeout=60s");
        await Kubectl.RunWithInputAsync("apiVersion: v1\nkind: Namespace\nmetadata: {\"name\":\"storage\"}", "apply", "-f", "-");
        await Kubectl.UntilAsync("get", "serviceaccount", "default", "-n", "storage");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Claims_find_their_volumes_and_stay_while_pods_use_them()
    {
        // A volume counts when it is Available, and either may be so first.
        await Apply(Classes, Volume("small", "manual", "1Gi"), Volume("large", "manual", "5Gi"));
        await Kubectl.RunAsync("wait", "--for=jsonpath={.status.phase}=Available", "pv/small", "pv/large", "--timeout=60s");
        await Apply(Claim("static", "manual"));
        await Bound("static");
        Assert.Equal("small", await Get("pvc/static", ".spec.volumeName"));
        Assert.Equal("Bound storage/static", await Get("pv/small", ".status.phase} {.spec.claimRef.namespace}/{.spec.claimRef.name"));
        Assert.Matches(@"static +Bound +small +1Gi +RWO +manual", await Kubectl.RunAsync("get", "pvc", "-n", "storage"));

        // A class that waits: nothing happens before there is a pod, and then the volume decides where the pod goes.
        await Apply(Volume("there", "waiting", "1Gi", "node-2"), Claim("waits", "waiting"));
        await Kubectl.UntilAsync("wait", "--for=jsonpath={.reason}=WaitForFirstConsumer", "event", "-n", "storage", "--field-selector=involvedObject.name=waits,reason=WaitForFirstConsumer", "--timeout=30s");
        await Apply(Pod("one", "waits"));
        await Bound("waits");
        await Kubectl.RunAsync("wait", "--for=jsonpath={.spec.nodeName}=node-2", "pod/one", "-n", "storage", "--timeout=60s");

        // A claim in use stays, whoever deletes it, until its pod is gone; then its volume is released.
        await Kubectl.RunAsync("delete", "pvc", "waits", "-n", "storage", "--wait=false");
        Assert.Matches(@"waits +Terminating", await Kubectl.RunAsync("get", "pvc", "-n", "storage"));
        Assert.Contains("is being deleted", await Unschedulable("late", "waits"), StringComparison.Ordinal);
        await Kubectl.RunAsync("delete", "pod", "one", "late", "-n", "storage", "--timeout=60s");
        await Kubectl.RunAsync("wait", "--for=delete", "pvc/waits", "-n", "storage", "--timeout=60s");
        await Kubectl.RunAsync("wait", "--for=jsonpath={.status.phase}=Released", "pv/there", "--timeout=60s");
    }

    [Fact]
    public async Task A_provisioner_from_outside_is_told_and_claims_grow_only_where_the_class_allows_it()
    {
        await Apply(Classes, Claim("made", "dynamic"), Pod("two", "made"));
        await Kubectl.RunAsync("wait", "--for=jsonpath={.metadata.annotations.volume\\.kubernetes\\.io/storage-provisioner}=example.com/test", "pvc/made", "-n", "storage", "--timeout=60s");
        var node = await Get("pvc/made", ".metadata.annotations.volume\\.kubernetes\\.io/selected-node");
        Assert.StartsWith("node-", node, StringComparison.Ordinal);
        await Apply(Volume("pvc-made", "dynamic", "1Gi", node, $"\"claimRef\":{{\"namespace\":\"storage\",\"name\":\"made\",\"uid\":\"{await Get("pvc/made", ".metadata.uid")}\"}},"));
        await Bound("made");
        await Kubectl.RunAsync("wait", $"--for=jsonpath={{.spec.nodeName}}={node}", "pod/two", "-n", "storage", "--timeout=60s");
        const string grow = """{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}""";
        var refused = await Kubectl.TryAsync("patch", "pvc", "made", "-n", "storage", "-p", grow);
        Assert.Contains("only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize", refused.Error, StringComparison.Ordinal);
        await Kubectl.RunAsync("patch", "storageclass", "dynamic", "-p", """{"allowVolumeExpansion":true}""");
        await Kubectl.RunAsync("patch", "pvc", "made", "-n", "storage", "-p", grow);
        await Kubectl.UntilAsync("wait", "--for=jsonpath={.reason}=ExternalExpanding", "event", "-n", "storage", "--field-selector=involvedObject.name=made,reason=ExternalExpanding", "--timeout=30s");
    }

    [Fact]
    public async Task The_claims_of_a_stateful_set_and_of_ephemeral_volumes_are_bound_and_go_with_their_owners()
    {
        await Apply(Classes, Volume("set-0", "sets", "1Gi"), Volume("set-1", "sets", "1Gi"), Volume("scratch", "scratch", "1Gi"), Set, Ephemeral);
        await Bound("data-s-0");
        await Bound("data-s-1");
        await Bound("three-scratch");
        Assert.NotEqual(await Get("pvc/data-s-0", ".spec.volumeName"), await Get("pvc/data-s-1", ".spec.volumeName"));
        await Kubectl.RunAsync("delete", "pod", "three", "-n", "storage", "--timeout=60s");
        await Kubectl.RunAsync("wait", "--for=delete", "pvc/three-scratch", "-n", "storage", "--timeout=60s");
        await Kubectl.RunAsync("delete", "statefulset", "s", "-n", "storage", "--timeout=60s");
        Assert.Equal("Bound", await Get("pvc/data-s-0", ".status.phase"));
    }

    private async Task Apply(params string[] manifests) => await Kubectl.RunWithInputAsync(string.Join("\n---\n", manifests), "apply", "-f", "-");

    private async Task Bound(string claim)
    {
        await Kubectl.UntilAsync("get", "pvc", claim, "-n", "storage");
        await Kubectl.RunAsync("wait", "--for=jsonpath={.status.phase}=Bound", $"pvc/{claim}", "-n", "storage", "--timeout=60s");
    }

    private async Task<string> Get(string what, string path) => await Kubectl.RunAsync("get", what, "-n", "storage", "-o", $"jsonpath={{{path}}}");

    private async Task<string> Unschedulable(string pod, string claim)
    {
        await Apply(Pod(pod, claim));
        await Kubectl.RunAsync("wait", "--for=condition=PodScheduled=False", $"pod/{pod}", "-n", "storage", "--timeout=60s");
        return await Get($"pod/{pod}", ".status.conditions[?(@.type==\"PodScheduled\")].message");
    }

    private static string Volume(string name, string storageClass, string size, string node = "", string more = "") => $$"""
        apiVersion: v1
        kind: PersistentVolume
        metadata: {"name":"{{name}}"}
        spec: {"accessModes":["ReadWriteOnce"],"capacity":{"storage":"{{size}}"},"storageClassName":"{{storageClass}}",{{more}}{{Reachable(node)}}"hostPath":{"path":"/tmp/{{name}}"} }
        """;

    private static string Reachable(string node) =>
        node.Length == 0 ? "" : $"\"nodeAffinity\":{{\"required\":{{\"nodeSelectorTerms\":[{{\"matchExpressions\":[{{\"key\":\"kubernetes.io/hostname\",\"operator\":\"In\",\"values\":[\"{node}\"]}}]}}]}}}},";

    private static string Claim(string name, string storageClass) => $$$"""
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {"name":"{{{name}}}","namespace":"storage"}
        spec: {"accessModes":["ReadWriteOnce"],"storageClassName":"{{{storageClass}}}","resources":{"requests":{"storage":"1Gi"} } }
        """;

    private static string Pod(string name, string claim) => $$$"""
        apiVersion: v1
        kind: Pod
        metadata: {"name":"{{{name}}}","namespace":"storage"}
        spec:
          terminationGracePeriodSeconds: 0
          containers: [{"name":"c","image":"web:1"}]
          volumes: [{"name":"data","persistentVolumeClaim":{"claimName":"{{{claim}}}"}}]
        """;

    private const string Classes = """
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {"name":"waiting"}
        provisioner: kubernetes.io/no-provisioner
        volumeBindingMode: WaitForFirstConsumer
        ---
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {"name":"dynamic"}
        provisioner: example.com/test
        volumeBindingMode: WaitForFirstConsumer
        """;

    private const string Set = """
        apiVersion: apps/v1
        kind: StatefulSet
        metadata: {"name":"s","namespace":"storage"}
        spec:
          replicas: 2
          serviceName: s
          podManagementPolicy: Parallel
          selector: {"matchLabels":{"app":"s"}}
          template:
            metadata: {"labels":{"app":"s"}}
            spec: {"terminationGracePeriodSeconds":0,"containers":[{"name":"c","image":"web:1"}]}
          volumeClaimTemplates: [{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"sets","resources":{"requests":{"storage":"1Gi"}}}}]
        """;

    private const string Ephemeral = """
        apiVersion: v1
        kind: Pod
        metadata: {"name":"three","namespace":"storage"}
        spec:
          terminationGracePeriodSeconds: 0
          containers: [{"name":"c","image":"web:1"}]
          volumes: [{"name":"scratch","ephemeral":{"volumeClaimTemplate":{"spec":{"accessModes":["ReadWriteOnce"],"storageClassName":"scratch","resources":{"requests":{"storage":"1Gi"}}}}}}]
        """;
}
