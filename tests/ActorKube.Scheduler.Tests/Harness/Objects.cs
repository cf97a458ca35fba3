using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Tests.Harness;

/// <summary>Pods and nodes for tests, as small as the case allows.</summary>
internal static class Objects
{
    public static StoredObject Stored(JsonNode json) => StoredObject.Parse(Encoding.UTF8.GetBytes(json.ToJsonString()));

    /// <summary>A pod. <paramref name="spec"/> and <paramref name="status"/> are the inner parts of the JSON objects.</summary>
    public static JsonObject PodJson(string name, string cpu = "", string memory = "", string spec = "", string status = "", string metadata = "", string container = "")
    {
        var requests = string.Join(',', new[] { ("cpu", cpu), ("memory", memory) }.Where(r => r.Item2.Length > 0).Select(r => $"\"{r.Item1}\":\"{r.Item2}\""));
        var text = $$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"{{{name}}}","uid":"uid-{{{name}}}"{{{Follow(metadata)}}}},
             "spec":{"containers":[{"name":"c","image":"web:1","resources":{"requests":{ {{{requests}}} }}{{{Follow(container)}}}}]{{{Follow(spec)}}}},
             "status":{"phase":"Pending"{{{Follow(status)}}}}}
            """;
        return JsonNode.Parse(text)!.AsObject();
    }

    public static PodInfo Pod(string name, string cpu = "", string memory = "", string spec = "", string status = "", string metadata = "", string container = "") =>
        PodInfo.Project(Stored(PodJson(name, cpu, memory, spec, status, metadata, container)));

    public static JsonObject NodeJson(string name, string cpu = "4", string memory = "8Gi", int pods = 110, string spec = "", string labels = "", string status = "", string allocatable = "")
    {
        var text = $$$"""
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{name}}}","uid":"uid-{{{name}}}","labels":{"kubernetes.io/hostname":"{{{name}}}"{{{Follow(labels)}}}}},
             "spec":{ {{{spec}}} },
             "status":{"allocatable":{"cpu":"{{{cpu}}}","memory":"{{{memory}}}","pods":"{{{pods}}}"{{{Follow(allocatable)}}}}{{{Follow(status)}}}}}
            """;
        return JsonNode.Parse(text)!.AsObject();
    }

    public static NodeSpec Node(string name, string cpu = "4", string memory = "8Gi", int pods = 110, string spec = "", string labels = "", string status = "", string allocatable = "") =>
        NodeSpec.Project(Stored(NodeJson(name, cpu, memory, pods, spec, labels, status, allocatable)));

    /// <summary>A node with pods on it.</summary>
    public static NodeInfo Filled(NodeSpec spec, params PodInfo[] pods)
    {
        var index = new ClusterIndex();
        index.SetNode(spec);
        foreach (var pod in pods)
            index.Assume(pod, spec.Name);
        return index.Nodes[0];
    }

    /// <summary>A shape from its points, as <c>0:10 100:0</c>.</summary>
    public static UtilizationShape Shape(string points) =>
        new([.. points.Split(' ').Select(static p => p.Split(':')).Select(static p => new UtilizationPoint(int.Parse(p[0], CultureInfo.InvariantCulture), int.Parse(p[1], CultureInfo.InvariantCulture)))]);

    private static string Follow(string inner) => inner.Length > 0 ? "," + inner : "";
}
