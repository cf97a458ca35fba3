using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Fakes;

namespace ActorKube.Controllers.Tests.Harness;

/// <summary>Objects for tests.</summary>
internal static class Manifests
{
    public static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);

    public static StoredObject Object(string json) => StoredObject.Parse(Bytes(JsonNode.Parse(json)!.ToJsonString()));

    public static StoredObject Create(this MemoryCluster cluster, Api.Names.GroupVersionResource resource, string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var address = new ObjectAddress(resource, node.Text("metadata", "namespace"), node.Text("metadata", "name"));
        return cluster.Create(address, node);
    }

    public static string Template(string app, string image = "web:1") =>
        $$$"""{"metadata":{"labels":{"app":"{{{app}}}"}},"spec":{"containers":[{"name":"c","image":"{{{image}}}"}]}}""";

    public static string ReplicaSet(string name, int replicas, string extra = "") =>
        $$$"""{"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"namespace":"default","name":"{{{name}}}"},"spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{name}}}"}},"template":{{{Template(name)}}}{{{extra}}}}}""";

    /// <summary>A job of one pod unless the spec says otherwise; what is given wins over the defaults.</summary>
    public static string Job(string name, string spec = "", string podSpec = "\"restartPolicy\":\"Never\"", string metadata = "")
    {
        var job = JsonNode.Parse($$$"""{"apiVersion":"batch/v1","kind":"Job","metadata":{"namespace":"default","name":"{{{name}}}"{{{metadata}}}},"spec":{"parallelism":1,"completions":1,"backoffLimit":6,"selector":{"matchLabels":{"app":"{{{name}}}"}},"template":{{{Template(name)}}}}}""")!;
        foreach (var (field, value) in JsonNode.Parse($"{{{spec}}}")!.AsObject())
            job["spec"]![field] = value?.DeepClone();
        foreach (var (field, value) in JsonNode.Parse($"{{{podSpec}}}")!.AsObject())
            job["spec"]!["template"]!["spec"]![field] = value?.DeepClone();
        return job.ToJsonString();
    }

    public static string Pod(string name, string app, string extra = "") =>
        $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"{{{name}}}","labels":{"app":"{{{app}}}"}},"spec":{"containers":[]}{{{extra}}}}""";

    /// <summary>Plays node agent for a pod: it runs and is ready.</summary>
    public static void MakeReady(this MemoryCluster cluster, StoredObject pod, DateTimeOffset since, string node = "n1") =>
        cluster.Change(WellKnownResources.Pods, pod.Key.Namespace, pod.Key.Name, p =>
        {
            p.Child("spec")["nodeName"] = node;
            p["status"] = new JsonObject
            {
                ["phase"] = "Running",
                ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = "True", ["lastTransitionTime"] = JsonWriting.Time(since) }),
            };
        });

    /// <summary>Makes every pod that is not yet ready so.</summary>
    public static void MakeAllReady(this ControllerHarness harness)
    {
        foreach (var pod in harness.Cluster[WellKnownResources.Pods].All.Where(p => p.Head.Deleted is null && !PodView.Project(p).Ready))
            harness.Cluster.MakeReady(pod, harness.Time.GetUtcNow());
        foreach (var pod in harness.Cluster[WellKnownResources.Pods].All.Where(p => p.Head.Deleted is not null))
            harness.Cluster.Vanish(WellKnownResources.Pods, pod.Key.Namespace, pod.Key.Name);
    }
}
