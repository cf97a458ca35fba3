using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Harness;

/// <summary>Claims, volumes and classes for tests. What is given as spec wins over the defaults.</summary>
internal static class Storage
{
    public static StoredObject AddClaim(this ControllerHarness h, string name, string spec = "", string metadata = "") =>
        h.Cluster.Create(PersistentVolumeClaims, Merged($$$"""
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"namespace":"default","name":"{{{name}}}"},
            "spec":{"accessModes":["ReadWriteOnce"],"volumeMode":"Filesystem","resources":{"requests":{"storage":"5Gi"} } },"status":{"phase":"Pending"}}
            """, spec, metadata));

    public static StoredObject AddVolume(this ControllerHarness h, string name, string spec = "", string metadata = "") =>
        h.Cluster.Create(PersistentVolumes, Merged($$$"""
            {"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"{{{name}}}"},
            "spec":{"accessModes":["ReadWriteOnce"],"volumeMode":"Filesystem","capacity":{"storage":"5Gi"},"persistentVolumeReclaimPolicy":"Retain","hostPath":{"path":"/tmp/x"}},"status":{"phase":"Pending"}}
            """, spec, metadata));

    public static StoredObject AddClass(this ControllerHarness h, string name, string provisioner = "example.com/disks", string mode = "Immediate", bool isDefault = false, string extra = "") =>
        h.Cluster.Create(StorageClasses, $$$"""
            {"apiVersion":"storage.k8s.io/v1","kind":"StorageClass","metadata":{"name":"{{{name}}}"{{{(isDefault ? ",\"annotations\":{\"storageclass.kubernetes.io/is-default-class\":\"true\"}" : "")}}}},
            "provisioner":"{{{provisioner}}}","volumeBindingMode":"{{{mode}}}"{{{extra}}}}
            """);

    public static StoredObject AddPodWith(this ControllerHarness h, string name, string volume, string extra = "") =>
        h.Cluster.Create(Pods, $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"{{{name}}}"},"spec":{"containers":[],"volumes":[{"name":"data",{{{volume}}}}]{{{extra}}}}}""");

    public static string UsesClaim(string claim) => $$$"""
        "persistentVolumeClaim":{"claimName":"{{{claim}}}"}
        """;

    public static JsonObject Claim(this ControllerHarness h, string name) => h.Cluster.Json(PersistentVolumeClaims, "default", name);

    public static JsonObject Volume(this ControllerHarness h, string name) => h.Cluster.Json(PersistentVolumes, "", name);

    public static string ClaimPhase(this ControllerHarness h, string name) => h.Claim(name).Text("status", "phase");

    public static string VolumePhase(this ControllerHarness h, string name) => h.Volume(name).Text("status", "phase");

    private static string Merged(string json, string spec, string metadata)
    {
        var item = JsonNode.Parse(json)!.AsObject();
        foreach (var (part, more) in ((string, string)[])[("spec", spec), ("metadata", metadata)])
            foreach (var (field, value) in JsonNode.Parse($"{{{more}}}")!.AsObject())
                item.Child(part)[field] = value?.DeepClone();
        return item.ToJsonString();
    }
}
