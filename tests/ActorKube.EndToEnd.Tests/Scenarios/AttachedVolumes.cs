using System.Security.Cryptography;
using System.Text;
using ActorKube.EndToEnd.Tests.Processes;

namespace ActorKube.EndToEnd.Tests.Scenarios;

/// <summary>CSI volumes, of nodes that are there by name only, whose kubelets kubectl plays, and of nodes of agents; kubectl plays the attacher.</summary>
[Collection(SimulatedScenarios.Name)]
public sealed class AttachedVolumes(SimulatedCluster cluster)
{
    private readonly Kubectl _kubectl = Available(cluster);

    [Fact]
    public async Task A_volume_is_attached_where_its_pod_is_and_other_pods_are_told_where_it_is()
    {
        await _kubectl.RunWithInputAsync(string.Join("\n---\n", [Node("shelf-1"), Node("shelf-2"), Storage, Pod("first", "shelf-1")]), "create", "-f", "-");
        await _kubectl.UntilAsync("wait", "--for=jsonpath={.status.phase}=Bound", "pvc/disk", "-n", "attached", "--timeout=30s");
        var attachment = Attachment("shelf-1");
        await _kubectl.UntilAsync("get", "volumeattachment", attachment);
        await _kubectl.RunAsync("patch", "volumeattachment", attachment, "--subresource=status", "--type=merge", "-p", """{"status":{"attached":true}}""");
        await _kubectl.RunAsync("wait", "--for=jsonpath={.status.volumesAttached[0].name}=kubernetes.io/csi/disks.example.com^handle-1", "node/shelf-1", "--timeout=30s");
        await Told("first", "SuccessfulAttachVolume", "AttachVolume.Attach succeeded for volume \"disk\"");
        await _kubectl.RunWithInputAsync(Pod("second", "shelf-2"), "create", "-f", "-");
        await Told("second", "FailedAttachVolume", "Multi-Attach error for volume \"disk\" Volume is already used by pod(s) first");
        await _kubectl.RunAsync("delete", "pod", "first", "-n", "attached", "--force", "--grace-period=0");
        await _kubectl.RunAsync("wait", "--for=delete", $"volumeattachment/{attachment}", "--timeout=30s");
        await _kubectl.UntilAsync("get", "volumeattachment", Attachment("shelf-2"));
        await _kubectl.RunAsync("delete", "namespace", "attached", "--wait=false");
        await _kubectl.RunAsync("delete", "pod", "second", "-n", "attached", "--force", "--grace-period=0");
        await _kubectl.RunAsync("delete", "node", "shelf-1", "shelf-2");
    }

    [Fact]
    public async Task A_disk_of_a_driver_that_was_in_the_tree_is_attached_to_the_node_of_its_pod()
    {
        var pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: old, namespace: former}
            spec:
              containers: [{name: c, image: nginx}]
              volumes: [{name: disk, gcePersistentDisk: {pdName: d, fsType: ext4} }]
            """;
        await _kubectl.RunAsync("create", "namespace", "former");
        await _kubectl.UntilAsync("get", "serviceaccount", "default", "-n", "former");
        await _kubectl.RunWithInputAsync(pod, "create", "-f", "-");
        await _kubectl.RunAsync("wait", "--for=condition=PodScheduled", "pod/old", "-n", "former", "--timeout=30s");
        var node = (await _kubectl.RunAsync("get", "pod", "old", "-n", "former", "-o", "jsonpath={.spec.nodeName}")).Trim();
        Assert.Contains("kubernetes.io/gce-pd", await _kubectl.RunAsync("get", "csinode", node, "-o", "jsonpath={.metadata.annotations}"), StringComparison.Ordinal);
        const string Handle = "projects/UNSPECIFIED/zones/UNSPECIFIED/disks/d";
        var attachment = Attachment(node, Handle, "pd.csi.storage.gke.io");
        await _kubectl.UntilAsync("get", "volumeattachment", attachment);
        Assert.Equal(Handle, (await _kubectl.RunAsync("get", "volumeattachment", attachment, "-o", "jsonpath={.spec.source.inlineVolumeSpec.csi.volumeHandle}")).Trim());
        await _kubectl.RunAsync("patch", "volumeattachment", attachment, "--subresource=status", "--type=merge", "-p", """{"status":{"attached":true}}""");
        await _kubectl.RunAsync("wait", $"--for=jsonpath={{.status.volumesAttached[0].name}}=kubernetes.io/csi/pd.csi.storage.gke.io^{Handle}", $"node/{node}", "--timeout=30s");
        await _kubectl.RunAsync("delete", "namespace", "former", "--wait=false");
        await _kubectl.RunAsync("wait", "--for=delete", $"volumeattachment/{attachment}", "--timeout=60s");
    }

    private static Kubectl Available(SimulatedCluster cluster)
    {
        Assert.SkipWhen(Kubectl.Missing is not null, Kubectl.Missing ?? "");
        return cluster.Kubectl;
    }

    private async Task Told(string pod, string reason, string message)
    {
        await _kubectl.UntilAsync("wait", $"--for=jsonpath={{.reason}}={reason}", "event", "-n", "attached", $"--field-selector=involvedObject.name={pod},reason={reason}", "--timeout=30s");
        Assert.Equal(message, (await _kubectl.RunAsync("get", "events", "-n", "attached", $"--field-selector=involvedObject.name={pod},reason={reason}", "-o", "jsonpath={.items[0].message}")).Trim());
    }

    // As attachers and kubelets compute it.
    private static string Attachment(string node, string handle = "handle-1", string driver = "disks.example.com") =>
        "csi-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(handle + driver + node)));

    private static string Node(string name) => $$"""
        apiVersion: v1
        kind: Node
        metadata: {name: {{name}}, annotations: {volumes.kubernetes.io/controller-managed-attach-detach: "true"} }
        """;

    private const string Storage = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: attached}
        ---
        apiVersion: v1
        kind: PersistentVolume
        metadata: {name: disk}
        spec: {accessModes: [ReadWriteOnce], capacity: {storage: 1Gi}, storageClassName: disks, csi: {driver: disks.example.com, volumeHandle: handle-1}}
        ---
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: {name: disk, namespace: attached}
        spec: {accessModes: [ReadWriteOnce], storageClassName: disks, resources: {requests: {storage: 1Gi}}}
        """;

    private static string Pod(string name, string node) => $$"""
        apiVersion: v1
        kind: Pod
        metadata: {name: {{name}}, namespace: attached}
        spec:
          nodeName: {{node}}
          automountServiceAccountToken: false
          tolerations: [{operator: Exists}]
          containers: [{name: c, image: nginx}]
          volumes: [{name: disk, persistentVolumeClaim: {claimName: disk} }]
        """;
}
