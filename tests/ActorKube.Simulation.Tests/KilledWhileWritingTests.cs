using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

/// <summary>
/// The worst moment: a controller has sent a write and dies before it is done. Its successor begins at once, when it may or may not be done. Every controller dies so at every other of its writes of each
/// kind to each object: creations, deletions and changes.
/// </summary>
public sealed class KilledWhileWritingTests
{
    [Theory]
    [MemberData(nameof(ChaosTests.Seeds), MemberType = typeof(ChaosTests))]
    public void Nothing_is_done_twice_when_workloads_grow_and_shrink(int seed) => IsDoneOnce(seed, Workloads, 200);

    [Theory]
    [MemberData(nameof(ChaosTests.Seeds), MemberType = typeof(ChaosTests))]
    public void Nothing_is_done_twice_about_nodes_volumes_services_and_what_goes(int seed) => IsDoneOnce(seed, Others, 100);

    private static void IsDoneOnce(int seed, Action<SimulatedCluster> workload, int leastKills)
    {
        var (calm, none) = Run(seed, kill: false, workload);
        var (disturbed, kills) = Run(seed, kill: true, workload);
        Assert.Equal(0, none);
        Assert.InRange(kills, leastKills, 10 * leastKills);
        Assert.Equal(string.Join('\n', calm.Except(disturbed)), string.Join('\n', disturbed.Except(calm)));
    }

    // What was made and what was removed in all the time, by owner and with its number.
    private static (IReadOnlyList<string> Done, int Kills) Run(int seed, bool kill, Action<SimulatedCluster> workload)
    {
        using var cluster = new SimulatedCluster(new SimulationOptions { Seed = seed, Latency = TimeSpan.FromMilliseconds(40), Cloud = true });
        var done = new List<string>();
        var names = new Dictionary<(string, ObjectKey), string>();
        cluster.Journal = entry =>
        {
            // Addresses and ports are drawn by the API server.
            if (entry.Plural is "events" or "leases" or "ipaddresses" or "nodeports")
                return;
            if (entry.Added is { } item)
                done.Add("made " + (names[(entry.Plural, item.Key)] = $"{entry.Plural} {NameOf(item)}"));
            else if ((entry.Removed ?? (entry.Stored is { Head.Deleted: not null } going ? going.Key : (ObjectKey?)null)) is { } key && names.Remove((entry.Plural, key), out var name))
                done.Add($"deleted {name}");
        };
        var kills = 0;
        var seen = new Dictionary<(string, string), int>();
        if (kill)
            cluster.Faults.Refuse = write =>
            {
                if (write.Resource.StartsWith("events", StringComparison.Ordinal) || cluster.Controllers.FirstOrDefault(c => c.User == write.User) is not { } writer)
                    return null;
                var times = seen[(writer.Name, $"{write.Operation} {write.Resource} {write.Namespace}/{write.Name}")] = seen.GetValueOrDefault((writer.Name, $"{write.Operation} {write.Resource} {write.Namespace}/{write.Name}")) + 1;
                if (times % 2 == 0)
                    return null;
                kills++;
                cluster.Loop.Post(() =>
                {
                    writer.Kill();
                    writer.Start();
                });
                return null;
            };
        workload(cluster);
        done.AddRange(cluster.List(Jobs).Select(static j => $"{j.Text("metadata", "name")}: {j.Number("status", "succeeded")} succeeded, {j.Number("status", "failed")} failed"));
        Assert.Empty(cluster.Strays);
        return ([.. done.CountBy(static d => d).Select(static d => $"{d.Value} {d.Key}").Order(StringComparer.Ordinal)], kills);
    }

    // Which volume a claim gets is chance, and the names of attachments follow from it.
    private static string NameOf(StoredObject item) =>
        item.Head.Owners is [var owner, ..] ? $"of {owner.Kind} {owner.Name}" : item.Key.Name.StartsWith("csi-", StringComparison.Ordinal) ? "of a volume" : item.Key.ToString();

    private static void Workloads(SimulatedCluster cluster)
    {
        cluster.Create(Services, Manifests.Service("web"));
        cluster.Create(Deployments, Manifests.Deployment("web", 6));
        cluster.Create(ReplicationControllers, """
            { "apiVersion": "v1", "kind": "ReplicationController", "metadata": { "namespace": "default", "name": "old" },
              "spec": { "replicas": 5, "template": { "metadata": { "labels": { "app": "old" } }, "spec": { "containers": [ { "name": "c", "image": "old:1" } ] } } } }
            """);
        cluster.Create(StatefulSets, Manifests.StatefulSet("db", 4, spec: """ "podManagementPolicy": "Parallel", """));
        cluster.Create(DaemonSets, Manifests.DaemonSet("agent"));
        cluster.Create(Jobs, Manifests.Job("many", """ "completions": 8, "parallelism": 4, """));
        cluster.Create(Jobs, Manifests.Job("indexed", """ "completions": 6, "parallelism": 3, "completionMode": "Indexed", """));
        cluster.Create(Jobs, Manifests.Job("endless", """ "parallelism": 6, """, "\"sleep\",\"100000\""));
        cluster.Create(CronJobs, Manifests.CronJob("tick", "* * * * *"));
        cluster.Advance(TimeSpan.FromMinutes(2));
        // In the middle of making the first pods, more are asked for.
        cluster.Patch(Deployments, "default", "web", """{"spec":{"replicas":9}}""");
        cluster.Advance(TimeSpan.FromMilliseconds(100));
        cluster.Patch(Deployments, "default", "web", """{"spec":{"replicas":12}}""");
        Image(cluster, StatefulSets, "db", "db:2");
        Image(cluster, DaemonSets, "agent", "agent:2");
        cluster.Advance(TimeSpan.FromMinutes(2));
        Image(cluster, Deployments, "web", "web:2");
        Image(cluster, DaemonSets, "agent", "agent:3");
        cluster.Patch(ReplicationControllers, "default", "old", """{"spec":{"replicas":2}}""");
        cluster.Patch(Jobs, "default", "endless", """{"spec":{"parallelism":2}}""");
        cluster.Patch(StatefulSets, "default", "db", """{"spec":{"replicas":2}}""");
        cluster.Advance(TimeSpan.FromMinutes(2));
        cluster.Patch(Deployments, "default", "web", """{"spec":{"replicas":5}}""");
        cluster.Patch(CronJobs, "default", "tick", """{"spec":{"suspend":true}}""");
        cluster.Advance(TimeSpan.FromMinutes(1));
    }

    private static void Others(SimulatedCluster cluster)
    {
        foreach (var number in Enumerable.Range(1, 4))
        {
            cluster.Create(Nodes, $$"""{ "apiVersion": "v1", "kind": "Node", "metadata": { "name": "extra-{{number}}" } }""");
            cluster.Create(Services, $$"""{ "apiVersion": "v1", "kind": "Service", "metadata": { "namespace": "default", "name": "lb-{{number}}" }, "spec": { "type": "LoadBalancer", "ports": [ { "port": 80 } ] } }""");
            cluster.Create(PersistentVolumes, $$"""
                { "apiVersion": "v1", "kind": "PersistentVolume", "metadata": { "name": "pv-{{number}}" },
                  "spec": { "storageClassName": "manual", "capacity": { "storage": "1Gi" }, "accessModes": [ "ReadWriteOnce" ], "persistentVolumeReclaimPolicy": "Retain", "csi": { "driver": "csi.example.com", "volumeHandle": "v{{number}}" } } }
                """);
        }
        foreach (var node in new[] { "node-1", "node-2" })
            cluster.Patch(Nodes, "", node, """{ "metadata": { "annotations": { "volumes.kubernetes.io/controller-managed-attach-detach": "true" } } }""");
        foreach (var number in Enumerable.Range(1, 3))
            cluster.Create(PersistentVolumeClaims, $$"""
                { "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": { "namespace": "default", "name": "claim-{{number}}" },
                  "spec": { {{Claim}} } }
                """);
        foreach (var number in Enumerable.Range(1, 4))
            cluster.Create(Pods, Pod($"victim-{number}", "extra-1", number % 2 == 0 ? """ "tolerations": [ { "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5 } ] """ : """ "tolerations": [] """));
        cluster.Create(Pods, Pod("mounts", "node-1", """ "volumes": [ { "name": "v", "persistentVolumeClaim": { "claimName": "claim-1" } } ] """));
        cluster.Create(Pods, Pod("scratch", "node-2", $$""" "volumes": [ { "name": "v", "ephemeral": { "volumeClaimTemplate": { "spec": { {{Claim}} } } } } ] """));
        cluster.Create(Namespaces, """{ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "temp" } }""");
        cluster.Create(Deployments, Manifests.Deployment("web", 3));
        cluster.Create(PodDisruptionBudgets, Manifests.Budget("web", 1));
        cluster.Create(Services, Manifests.Service("web"));
        cluster.Create(Services, """{ "apiVersion": "v1", "kind": "Service", "metadata": { "namespace": "default", "name": "outside" }, "spec": { "ports": [ { "port": 80 } ] } }""");
        cluster.Create(Endpoints, """{ "apiVersion": "v1", "kind": "Endpoints", "metadata": { "namespace": "default", "name": "outside" }, "subsets": [ { "addresses": [ { "ip": "192.0.2.1" } ], "ports": [ { "port": 80 } ] } ] }""");
        cluster.Create(Jobs, Manifests.Job("brief", """ "ttlSecondsAfterFinished": 10, """));
        cluster.Advance(TimeSpan.FromSeconds(20));
        Differ(cluster.List(Nodes, null).Select(static n => n.Text("spec", "podCIDR")), 7);
        Differ(cluster.List(Services).Where(static s => s.Text("metadata", "name").StartsWith("lb-", StringComparison.Ordinal)).Select(static s => s.Items("status", "loadBalancer", "ingress").FirstOrDefault().Text("ip")), 4);
        Differ(cluster.List(PersistentVolumeClaims).Select(static c => c.Text("spec", "volumeName")), 4);
        Assert.Equal(2, cluster.List(VolumeAttachments, null).Count);

        cluster.Patch(Nodes, "", "extra-1", """{ "spec": { "taints": [ { "key": "maintenance", "effect": "NoExecute" } ] } }""");
        cluster.Delete(Namespaces, "", "temp");
        cluster.Delete(Deployments, "default", "web");
        cluster.Delete(Pods, "default", "mounts");
        cluster.Delete(Pods, "default", "scratch");
        cluster.Delete(PersistentVolumeClaims, "default", "claim-2");
        cluster.Delete(Services, "default", "lb-2");
        cluster.Delete(Endpoints, "default", "outside");
        cluster.Advance(TimeSpan.FromMinutes(1));
    }

    private const string Claim = """ "storageClassName": "manual", "accessModes": [ "ReadWriteOnce" ], "resources": { "requests": { "storage": "1Gi" } } """;

    private static string Pod(string name, string node, string spec) => $$"""
        { "apiVersion": "v1", "kind": "Pod", "metadata": { "namespace": "default", "name": "{{name}}" },
          "spec": { "nodeName": "{{node}}", {{spec}}, "containers": [ { "name": "c", "image": "p:1" } ] } }
        """;

    private static void Differ(IEnumerable<string> given, int number)
    {
        var all = given.ToList();
        Assert.Equal(number, all.Count);
        Assert.DoesNotContain("", all);
        Assert.Equal(number, all.Distinct().Count());
    }

    private static void Image(SimulatedCluster cluster, GroupVersionResource resource, string name, string image) =>
        cluster.Patch(resource, "default", name, $$"""{ "spec": { "template": { "spec": { "containers": [ { "name": "c", "image": "{{image}}" } ] } } } }""");
}
