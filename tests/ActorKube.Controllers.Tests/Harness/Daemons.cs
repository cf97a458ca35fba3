using System.Text.Json.Nodes;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests.Harness;

/// <summary>Nodes and daemon sets, and a scheduler that does what affinities say.</summary>
internal static class Daemons
{
    public static void AddNode(this ControllerHarness h, string name, string spec = "{}", string labels = "{}") =>
        h.Cluster.Create(WellKnownResources.Nodes, $$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{name}}}","labels":{{{labels}}}},"spec":{{{spec}}}}""");

    public static void AddDaemonSet(this ControllerHarness h, string spec = "", string podSpec = "", string strategy = """{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable":1,"maxSurge":0}}""") =>
        h.Cluster.Create(DaemonSets, $$$"""
            {"apiVersion":"apps/v1","kind":"DaemonSet","metadata":{"namespace":"default","name":"d"},"spec":{"selector":{"matchLabels":{"app":"d"}},"updateStrategy":{{{strategy}}},
            "template":{"metadata":{"labels":{"app":"d"}},"spec":{"containers":[{"name":"c","image":"d:1"}]{{{podSpec}}}}}{{{spec}}}}}
            """);

    public static string TargetOf(JsonNode pod) =>
        pod["spec"]!["affinity"]!["nodeAffinity"]!["requiredDuringSchedulingIgnoredDuringExecution"]!["nodeSelectorTerms"]![0]!["matchFields"]![0]!["values"]![0].Text();

    /// <summary>Binds and starts every pod, and completes deletions.</summary>
    public static void RunAll(this ControllerHarness h)
    {
        foreach (var pod in h.Cluster[Pods].All.Where(p => p.Head.Deleted is null && !PodView.Project(p).Ready).ToArray())
            h.Cluster.MakeReady(pod, h.Time.GetUtcNow(), pod.Edit().Text("spec", "nodeName") is { Length: > 0 } bound ? bound : TargetOf(pod.Edit()));
        foreach (var pod in h.Cluster[Pods].All.Where(p => p.Head.Deleted is not null).ToArray())
            h.Cluster.Vanish(Pods, pod.Key.Namespace, pod.Key.Name);
        h.Settle();
    }

    public static void SetImage(this ControllerHarness h, Api.Names.GroupVersionResource resource, string name, string image) =>
        h.Cluster.Change(resource, "default", name, s =>
        {
            s["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = image;
            s.Child("metadata")["generation"] = s.Number("metadata", "generation") + 1;
        });

    public static string ImageOf(Api.Objects.StoredObject pod) => pod.Edit()["spec"]!["containers"]![0]!["image"].Text();
}
