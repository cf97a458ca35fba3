using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.NodeAgent.Pods;
using k8s;
using k8s.Models;

namespace ActorKube.NodeAgent.Tests.Pods;

public sealed class PodReaderTests
{
    private const string Usual = """
        {"kind":"Pod","apiVersion":"v1",
         "metadata":{"name":"web","generateName":"we","namespace":"default","uid":"u-1","resourceVersion":"12","generation":3,"creationTimestamp":"2026-11-27T22:41:49Z",
           "labels":{"app":"wéb","a\"b":""},"annotations":{"note":"line\nbreak"},
           "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"r-1","controller":true,"blockOwnerDeletion":false}]},
         "spec":{
           "containers":[{"name":"c","image":"registry.k8s.io/pause:3.2","imagePullPolicy":"IfNotPresent","command":["a","b"],"args":[],"workingDir":"/w","restartPolicy":"Always",
             "env":[{"name":"A","value":"1"},{"name":"B"},{"name":"C","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}],
             "ports":[{"name":"http","containerPort":80,"hostPort":8080,"hostIP":"127.0.0.1","protocol":"TCP"}],
             "resources":{"limits":{"cpu":"1500m","memory":"64Mi"},"requests":{"cpu":"0.5","memory":"1e3"}},
             "securityContext":{"runAsUser":5},"lifecycle":{},"livenessProbe":{"httpGet":{"port":"http"}},"readinessProbe":{"tcpSocket":{"port":80}},"startupProbe":{},
             "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",
             "volumeMounts":[{"mountPath":"/var/run/secrets","name":"token","readOnly":true,"subPath":"s"}]}],
           "initContainers":[{"name":"i","image":"i","resources":{}}],
           "dnsPolicy":"ClusterFirst","enableServiceLinks":true,"hostNetwork":false,"hostname":"h","subdomain":"s","nodeName":"n","nodeSelector":{"zone":"a"},
           "preemptionPolicy":"PreemptLowerPriority","priority":-7,"priorityClassName":"low","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},
           "affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":3,"preference":{}}]}},
           "serviceAccount":"default","serviceAccountName":"default","automountServiceAccountToken":false,"terminationGracePeriodSeconds":0,"activeDeadlineSeconds":9,
           "tolerations":[{"effect":"NoExecute","key":"node.kubernetes.io/not-ready","operator":"Exists","tolerationSeconds":300,"value":"v"}],
           "volumes":[{"name":"e","emptyDir":{}},{"name":"m","emptyDir":{"medium":"Memory","sizeLimit":"1Gi"}},{"name":"token","projected":{"defaultMode":420,"sources":[
             {"serviceAccountToken":{"expirationSeconds":3607,"path":"token","audience":"a"}},
             {"configMap":{"items":[{"key":"ca.crt","path":"ca.crt","mode":256}],"name":"kube-root-ca.crt","optional":true}},
             {"downwardAPI":{"items":[{"fieldRef":{"apiVersion":"v1","fieldPath":"metadata.namespace"},"path":"namespace","mode":288}]}}]}}]},
         "status":{"phase":"Pending","qosClass":"Burstable","observedGeneration":3,"conditions":[
           {"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"no","observedGeneration":3,"lastProbeTime":null,"lastTransitionTime":"2026-11-27T22:41:49Z"}]}}
        """;

    [Fact]
    public void The_usual_pod_is_read_as_the_package_reads_it() => SameAsPackage(JsonNode.Parse(Usual)!);

    [Theory]
    [InlineData("", """{"other":1}""")]
    [InlineData("metadata", """{"finalizers":["a/b"],"deletionTimestamp":"2026-11-27T22:41:50Z","deletionGracePeriodSeconds":30}""")]
    [InlineData("metadata", """{"deletionTimestamp":"2026-11-27T22:41:50Z","deletionGracePeriodSeconds":30,"labels":null,"annotations":null,"ownerReferences":null}""")]
    [InlineData("metadata.ownerReferences.0", """{"controller":null,"other":1}""")]
    [InlineData("spec", """{"hostPID":true,"shareProcessNamespace":true,"imagePullSecrets":[{"name":"s"}],"overhead":{"cpu":"1"}}""")]
    [InlineData("spec", """{"ephemeralContainers":[{"name":"d","image":"i","targetContainerName":"c"}],"runtimeClassName":"r","readinessGates":[{"conditionType":"a/b"}]}""")]
    [InlineData("spec", """{"securityContext":{"fsGroup":7,"sysctls":[{"name":"n","value":"v"}]},"affinity":{},"priority":null,"tolerations":null,"nodeSelector":null,"terminationGracePeriodSeconds":null}""")]
    [InlineData("spec.tolerations.0", """{"other":1}""")]
    [InlineData("spec.containers.0", """{"stdin":true,"tty":true,"envFrom":[{"configMapRef":{"name":"m"}}],"resizePolicy":[{"resourceName":"cpu","restartPolicy":"NotRequired"}]}""")]
    [InlineData("spec.containers.0", """{"env":null,"ports":null,"resources":null,"command":null,"securityContext":null,"volumeMounts":null,"imagePullPolicy":null}""")]
    [InlineData("spec.containers.0.env.0", """{"other":1}""")]
    [InlineData("spec.containers.0.ports.0", """{"other":1}""")]
    [InlineData("spec.containers.0.resources", """{"claims":[{"name":"gpu"}]}""")]
    [InlineData("spec.containers.0.volumeMounts.0", """{"subPathExpr":"$(A)","mountPropagation":"None","recursiveReadOnly":"Enabled"}""")]
    [InlineData("spec.volumes.0", """{"hostPath":{"path":"/p","type":""}}""")]
    [InlineData("spec.volumes.2.projected", """{"other":1}""")]
    [InlineData("spec.volumes.2.projected.sources.0", """{"secret":{"name":"s"}}""")]
    [InlineData("spec.volumes.2.projected.sources.0.serviceAccountToken", """{"other":1}""")]
    [InlineData("spec.volumes.2.projected.sources.1.configMap", """{"items":null,"other":1}""")]
    [InlineData("spec.volumes.2.projected.sources.1.configMap.items.0", """{"other":1}""")]
    [InlineData("spec.volumes.2.projected.sources.2.downwardAPI", """{"other":1}""")]
    [InlineData("spec.volumes.2.projected.sources.2.downwardAPI.items.0", """{"resourceFieldRef":{"resource":"limits.cpu","divisor":"1m"}}""")]
    [InlineData("spec.volumes.2.projected.sources.2.downwardAPI.items.0.fieldRef", """{"other":1}""")]
    [InlineData("status", """{"startTime":"2026-11-27T22:41:49Z","podIP":"10.0.0.1","containerStatuses":[{"name":"c","image":"i","imageID":"","ready":true,"restartCount":1,"state":{"running":{"startedAt":"2026-11-27T22:41:49Z"}}}]}""")]
    [InlineData("status.conditions.0", """{"other":1,"reason":null}""")]
    public void A_part_with_other_fields_is_read_as_the_package_reads_it(string path, string fields)
    {
        var pod = JsonNode.Parse(Usual)!;
        var part = path.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate(pod, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
        foreach (var (name, value) in JsonNode.Parse(fields)!.AsObject())
            part[name] = value?.DeepClone();
        // Between the known ones, too: what was read of the part before must not be lost, nor read twice.
        SameAsPackage(pod);
        SameAsPackage(Reversed(pod));
    }

    private static JsonNode Reversed(JsonNode node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Reverse().Select(f => KeyValuePair.Create(f.Key, f.Value is null ? null : (JsonNode?)Reversed(f.Value)))),
        JsonArray items => new JsonArray([.. items.Select(i => i is null ? null : Reversed(i))]),
        _ => node.DeepClone(),
    };

    private static void SameAsPackage(JsonNode pod)
    {
        var item = StoredObject.Parse(Encoding.UTF8.GetBytes(pod.ToJsonString()));
        var (package, ours) = (TypedObject.Read<V1Pod>(item), PodReader.Read(item));
        Assert.Equal(KubernetesJson.Serialize(package), KubernetesJson.Serialize(ours));
        Assert.Equal(package.Metadata.CreationTimestamp?.Kind, ours.Metadata.CreationTimestamp?.Kind);
    }
}
