using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Client;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Tests.Harness;
using ActorKube.Scheduler.Volumes;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Indices;

/// <summary>Objects may have been stored under other rules (ADR 0143): one that nobody can make sense of must not keep the others from being scheduled.</summary>
public sealed class MalformedObjectTests
{
    private const string PodText = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"bad","uid":"uid-bad","labels":{"app":"web"},"ownerReferences":[{"kind":"ReplicaSet","name":"r","uid":"u","controller":true}]},
         "spec":{"schedulerName":"default-scheduler","priority":5,"preemptionPolicy":"Never","nodeSelector":{"disk":"ssd"},"schedulingGates":[{"name":"g"}],
          "tolerations":[{"key":"k","operator":"Equal","value":"v","effect":"NoExecute","tolerationSeconds":5}],
          "overhead":{"cpu":"10m"},"resources":{"requests":{"cpu":"1"}},
          "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"a","operator":"Gt","values":["1"]}],"matchFields":[{"key":"metadata.name","operator":"In","values":["n"]}]}]},
           "preferredDuringSchedulingIgnoredDuringExecution":[{"weight":3,"preference":{"matchExpressions":[{"key":"b","operator":"Exists"}]}}]}},
          "initContainers":[{"name":"i","image":"i:1","restartPolicy":"Always","resources":{"requests":{"memory":"1Gi"}},"ports":[{"hostPort":80,"protocol":"TCP","hostIP":"1.2.3.4"}]}],
          "containers":[{"name":"c","image":"web","resources":{"requests":{"cpu":"100m","example.com/gpu":"2"},"limits":{"cpu":"1"}},"ports":[{"containerPort":8080,"hostPort":8080}]}],
          "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"data"}},{"name":"e","ephemeral":{"volumeClaimTemplate":{"spec":{}}}},{"name":"g","gcePersistentDisk":{"pdName":"d","readOnly":true}}]},
         "status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"m","lastTransitionTime":"2030-01-01T00:00:00Z"}]}}
        """;

    private const string NodeText = """
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"bad","uid":"uid-node","labels":{"topology.kubernetes.io/zone":"a"}},
         "spec":{"unschedulable":false,"taints":[{"key":"k","value":"v","effect":"PreferNoSchedule","timeAdded":"2030-01-01T00:00:00Z"}]},
         "status":{"allocatable":{"cpu":"4","memory":"8Gi","pods":"110","example.com/gpu":"4"},"images":[{"names":["web:latest","web@sha256:0"],"sizeBytes":50000000}]}}
        """;

    private const string CsiNodeText = """{"metadata":{"name":"n"},"spec":{"drivers":[{"name":"d","nodeID":"x","topologyKeys":["a"],"allocatable":{"count":5}},{"name":"e"}]}}""";

    private const string DriverText = """{"metadata":{"name":"d"},"spec":{"storageCapacity":true,"attachRequired":true}}""";

    private const string CapacityText = """
        {"metadata":{"namespace":"default","name":"c"},"storageClassName":"fast","capacity":"5Gi","maximumVolumeSize":"1Gi","nodeTopology":{"matchLabels":{"a":"b"},"matchExpressions":[{"key":"a","operator":"In","values":["b"]}]}}
        """;

    private static readonly string?[] Replacements =
        [null, "null", "true", "-1", "99999999999999999999", "1e999", "0.5", "\"\"", "\"x\"", "\"-5\"", "\"99999999999999999999999999999999999999\"", "[]", "[null,1,\"x\",{},[]]", "{}", "{\"\":null,\"x\":[{}]}"];

    [Fact]
    public void A_view_can_be_made_of_any_object()
    {
        foreach (var pod in Mutants(PodText))
            _ = PodInfo.Project(pod);
        foreach (var node in Mutants(NodeText))
            _ = NodeSpec.Project(node);
        foreach (var node in Mutants(CsiNodeText))
            _ = CsiNodeView.Project(node);
        foreach (var driver in Mutants(DriverText))
            _ = CsiDriverView.Project(driver);
        foreach (var capacity in Mutants(CapacityText))
            _ = CsiCapacityView.Project(capacity);
    }

    [Fact]
    public void Whatever_stands_beside_it_a_good_pod_gets_a_good_node()
    {
        var (pods, nodes) = (Mutants(PodText).ToArray(), Mutants(NodeText).ToArray());
        for (var i = 0; i < Math.Max(pods.Length, nodes.Length); i++)
        {
            using var scheduler = new SchedulerHarness();
            var (pod, node) = (pods[i % pods.Length], nodes[i % nodes.Length]);
            scheduler.Cluster.Memory[WellKnownResources.Pods].Put(Json(pod));
            scheduler.Cluster.Memory[WellKnownResources.Nodes].Put(Json(node));
            scheduler.AddNode(NodeJson("good"));
            scheduler.AddPod(PodJson("good", "100m", spec: "\"nodeSelector\":{\"kubernetes.io/hostname\":\"good\"}"));
            scheduler.Start();
            Assert.True(scheduler.NodeOf("good") == "good", $"{Text(pod)}\n{Text(node)}");
        }
    }

    private static IEnumerable<StoredObject> Mutants(string text)
    {
        var paths = Paths(JsonNode.Parse(text)!, []).ToArray();
        foreach (var path in paths)
            foreach (var replacement in Replacements)
                if (Parsed(Mutant(text, path, replacement)) is { } mutant)
                    yield return mutant;
    }

    private static string Mutant(string text, IReadOnlyList<object> path, string? replacement)
    {
        var root = JsonNode.Parse(text)!;
        var parent = root;
        foreach (var step in path.SkipLast(1))
            parent = step is string name ? parent[name]! : parent[(int)step]!;
        if (path[^1] is string property)
        {
            if (replacement is null)
                parent.AsObject().Remove(property);
            else
                parent[property] = JsonNode.Parse(replacement);
        }
        else if (replacement is null)
        {
            parent.AsArray().RemoveAt((int)path[^1]);
        }
        else
        {
            parent[(int)path[^1]] = JsonNode.Parse(replacement);
        }
        return root.ToJsonString();
    }

    private static IEnumerable<IReadOnlyList<object>> Paths(JsonNode node, IReadOnlyList<object> here)
    {
        var children = node switch
        {
            JsonObject o => o.Select(p => ((object)p.Key, p.Value)),
            JsonArray a => a.Select((item, i) => ((object)i, item)),
            _ => [],
        };
        foreach (var (step, child) in children)
        {
            IReadOnlyList<object> path = [.. here, step];
            yield return path;
            if (child is not null)
                foreach (var deeper in Paths(child, path))
                    yield return deeper;
        }
    }

    // What has no name cannot be stored.
    private static StoredObject? Parsed(string text)
    {
        try
        {
            return StoredObject.Parse(Encoding.UTF8.GetBytes(text)) is { Key.Name.Length: > 0 } item ? item : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static JsonObject Json(StoredObject item) => JsonNode.Parse(item.Json.Span)!.AsObject();

    private static string Text(StoredObject item) => Encoding.UTF8.GetString(item.Json.Span);
}
