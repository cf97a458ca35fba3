using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;
using ActorKube.Scheduler.Scheduling;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Scheduler.Tests.Harness.Objects;

namespace ActorKube.Scheduler.Tests.Scheduling;

/// <summary>On random clusters: no node is ever over-committed, no rule broken, and a pod is turned down only when a naive scheduler finds no place either.</summary>
public sealed class PlacementProperties
{
    private sealed record ModelNode(string Name, int Cpu, int Memory, int Pods, bool Cordoned, string Taint, string Disk);

    private sealed record ModelPod(string Name, int Cpu, int Memory, int Port, string Tolerates, string Disk, bool NotHdd, int Outcome);

    private static readonly Gen<string> Key = Gen.OneOf("", "", "a", "b");
    private static readonly Gen<string> Disk = Gen.OneOf("", "ssd", "hdd");

    private static readonly Gen<ModelNode[]> Nodes =
        Gen.Select(Gen.Int[0, 4000], Gen.Int[0, 4096], Gen.Int[0, 6], Gen.Int[0, 5], Key, Disk, static (cpu, memory, pods, cordon, taint, disk) => new ModelNode("", cpu, memory, pods, cordon == 0, taint, disk))
            .Array[1, 12].Select(static all => all.Select((n, i) => n with { Name = $"n{i}" }).ToArray());

    private static readonly Gen<ModelPod[]> Pods =
        Gen.Select(Gen.Int[0, 1500], Gen.Int[0, 1500], Gen.Int[0, 8], Key, Gen.OneOf("", "", "", "ssd"), Gen.Bool, Gen.Int[0, 9],
                static (cpu, memory, port, key, disk, notHdd, outcome) => new ModelPod("", cpu, memory, port < 3 ? 80 + port : 0, key, disk, notHdd, outcome))
            .Array[1, 60].Select(static all => all.Select((p, i) => p with { Name = $"p{i}" }).ToArray());

    [Fact]
    public void Nothing_is_over_committed_and_nothing_turned_down_that_fits() => Gen.Select(Nodes, Pods).Sample(static (nodes, pods) =>
    {
        var time = new FakeTimeProvider();
        var core = new SchedulerCore([new ProfileSpec()], new PluginRegistry(PluginRegistry.BuiltIn), new SchedulerSettings(), time, () => 0.3, fenced: false);
        var placed = nodes.ToDictionary(n => n.Name, _ => new List<ModelPod>());
        var byName = pods.ToDictionary(p => p.Name);
        foreach (var node in nodes)
            core.OnNode(null, Spec(node));
        foreach (var pod in pods)
            core.OnPod(null, Info(pod));
        var attempts = 0;
        while (core.Next() is { } turn)
        {
            Assert.True(++attempts < 10_000);
            var decision = turn.Decision!;
            var pod = byName[decision.Pod.Name];
            if (turn.Bind is not { } placement)
            {
                Assert.DoesNotContain(nodes, n => Fits(pod, n, placed[n.Name]));
                continue;
            }
            var chosen = nodes.Single(n => n.Name == placement.Node);
            Assert.True(Fits(pod, chosen, placed[chosen.Name]), $"{pod} does not fit on {chosen} beside {string.Join("; ", placed[chosen.Name])}");
            switch (pod.Outcome)
            {
                // Bound, and seen by the watch before or after the answer.
                case < 4:
                    placed[chosen.Name].Add(pod);
                    core.OnPod(placement.Pod, Info(pod, chosen.Name));
                    core.Bound(placement);
                    break;
                case < 8:
                    placed[chosen.Name].Add(pod);
                    core.Bound(placement);
                    core.OnPod(placement.Pod, Info(pod, chosen.Name));
                    break;
                // Refused: its place is free again.
                case 8:
                    core.BindingFailed(placement, Status.Failure("", "refused"), tell: true);
                    break;
                // Deleted while it was bound.
                default:
                    core.OnPod(placement.Pod, null);
                    core.BindingFailed(placement, Status.Failure("", "gone"), tell: false);
                    break;
            }
        }
        foreach (var node in core.Index.Nodes)
        {
            var there = placed[node.Name];
            Assert.Equal(there.Select(p => p.Name).Order(), node.Pods.Select(p => p.Key.Name).Order());
            Assert.Equal((there.Sum(p => p.Cpu), there.Sum(p => (long)p.Memory << 20)), (node.Requested.MilliCpu, node.Requested.Memory));
        }
    }, iter: 300);

    private static bool Fits(ModelPod pod, ModelNode node, List<ModelPod> there) =>
        !node.Cordoned
        && (node.Taint.Length == 0 || node.Taint == pod.Tolerates)
        && (pod.Disk.Length == 0 || pod.Disk == node.Disk)
        && (!pod.NotHdd || node.Disk != "hdd")
        && there.Count < node.Pods
        && (pod.Cpu == 0 || there.Sum(p => p.Cpu) + pod.Cpu <= node.Cpu)
        && (pod.Memory == 0 || there.Sum(p => p.Memory) + pod.Memory <= node.Memory)
        && (pod.Port == 0 || there.All(p => p.Port != pod.Port));

    private static NodeSpec Spec(ModelNode node)
    {
        var json = NodeJson(node.Name, $"{node.Cpu}m", $"{node.Memory}Mi", node.Pods, labels: node.Disk.Length > 0 ? $"\"disk\":\"{node.Disk}\"" : "");
        if (node.Cordoned)
            json.Child("spec")["unschedulable"] = true;
        if (node.Taint.Length > 0)
            json.Child("spec")["taints"] = new JsonArray(new JsonObject { ["key"] = node.Taint, ["effect"] = "NoSchedule" });
        return NodeSpec.Project(Stored(json));
    }

    private static PodInfo Info(ModelPod pod, string node = "")
    {
        var json = PodJson(pod.Name, $"{pod.Cpu}m", $"{pod.Memory}Mi", container: pod.Port > 0 ? $$$"""  "ports":[{"hostPort":{{{pod.Port}}}}] """ : "");
        var spec = json.Child("spec");
        if (node.Length > 0)
            spec["nodeName"] = node;
        if (pod.Tolerates.Length > 0)
            spec["tolerations"] = new JsonArray(new JsonObject { ["key"] = pod.Tolerates, ["operator"] = "Exists" });
        if (pod.Disk.Length > 0)
            spec["nodeSelector"] = new JsonObject { ["disk"] = pod.Disk };
        if (pod.NotHdd)
            spec["affinity"] = JsonNode.Parse("""{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"disk","operator":"NotIn","values":["hdd"]}]}]}}}""");
        return PodInfo.Project(Stored(json));
    }
}
