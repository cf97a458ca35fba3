using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Volumes;
using ActorKube.Scheduler.Tests.Harness;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Plugins;

/// <summary>A scheduler with claims, volumes and what belongs to them.</summary>
public abstract class VolumeBench : IDisposable
{
    private protected const string Waits = "WaitForFirstConsumer";
    private protected const string Unbound = "";
    private protected readonly SchedulerHarness _h = new() { MayWait = true };

    public void Dispose()
    {
        _h.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected int Attempts(string pod) => _h.Events.Count(e => e.Contains("FailedScheduling", StringComparison.Ordinal) && e.Contains($" default/{pod}: ", StringComparison.Ordinal));

    private protected static JsonObject PodOnDisk(string field, string source, string name) => PodJson(name, spec: $"\"volumes\":[{{\"name\":\"data\",\"{field}\":{{{source}}}}}]");

    private protected static JsonObject PodWith(string claim, string name = "p", string spec = "") =>
        PodJson(name, spec: $"\"volumes\":[{{\"name\":\"data\",\"persistentVolumeClaim\":{{\"claimName\":\"{claim}\"}}}}]{spec}");

    private protected void Put(GroupVersionResource resource, string json, SchedulerHarness? to = null) => (to ?? _h).Cluster.Memory[resource].Put(JsonNode.Parse(json)!.AsObject());

    private protected static string ClassJson(string name, string mode, string provisioner) =>
        $$"""{"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"{{name}}","uid":"uid-{{name}}"},"provisioner":"{{provisioner}}","volumeBindingMode":"{{mode}}"}""";

    private protected static string ClaimJson(string name, string storageClass, string mode = "ReadWriteOnce") =>
        $$$"""{"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"namespace":"default","name":"{{{name}}}","uid":"uid-{{{name}}}"},"spec":{"accessModes":["{{{mode}}}"],"storageClassName":"{{{storageClass}}}","resources":{"requests":{"storage":"1Gi"} } },"status":{"phase":"Pending"}}""";

    private protected void Class(string name, string mode, string provisioner = "example.com/disks") => Put(WellKnownResources.StorageClasses, ClassJson(name, mode, provisioner));

    private protected void Claim(string name, string storageClass, string mode = "ReadWriteOnce") => Put(WellKnownResources.PersistentVolumeClaims, ClaimJson(name, storageClass, mode));

    private protected void Volume(string name, string storageClass, string claim = "", string node = "", string labels = "", string source = "\"local\":{\"path\":\"/x\"}")
    {
        var reference = claim.Length > 0 ? $",\"claimRef\":{{\"namespace\":\"default\",\"name\":\"{claim}\",\"uid\":\"uid-{claim}\"}}" : "";
        var affinity = node.Length > 0 ? $",\"nodeAffinity\":{{\"required\":{{\"nodeSelectorTerms\":[{{\"matchExpressions\":[{{\"key\":\"kubernetes.io/hostname\",\"operator\":\"In\",\"values\":[\"{node}\"]}}]}}]}}}}" : "";
        Put(WellKnownResources.PersistentVolumes, $$$"""
            {"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"{{{name}}}","uid":"uid-{{{name}}}","labels":{ {{{labels}}} }},
            "spec":{"accessModes":["ReadWriteOnce","ReadWriteOncePod"],"capacity":{"storage":"1Gi"},"storageClassName":"{{{storageClass}}}",{{{source}}}{{{reference}}}{{{affinity}}} },"status":{"phase":"Available"}}
            """);
    }

    private protected void Bind(string claim, string volume) => Change(claim, c =>
    {
        c["spec"]!["volumeName"] = volume;
        VolumeAnnotations.Set(c, VolumeAnnotations.BindCompleted, VolumeAnnotations.Yes);
        c["status"]!["phase"] = "Bound";
    });

    private protected void Change(string claim, Action<JsonObject> change) => _h.Cluster.Memory.Change(WellKnownResources.PersistentVolumeClaims, "default", claim, change);
}
