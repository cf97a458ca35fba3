using ActorKube.Machinery.Objects;
using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Benchmarks;

/// <summary>
/// What all controllers together keep in memory with 500 deployments of 10 pods each, a service, a budget and an autoscaler for each, and a quota: what is freed when they end, and, of the caches that
/// they share, the part that is there for them: indexes and the views that all of them have made once each has looked at everything. A whole cluster in one process, so nothing else can be told from it.
/// </summary>
internal static class ControllerMemory
{
    private const int Sets = 500;
    private const int PodsPerSet = 10;

    public static void Measure()
    {
        using var cluster = new SimulatedCluster(new SimulationOptions { Nodes = [.. Enumerable.Range(1, 50).Select(n => $"node-{n}")] });
        for (var i = 0; i < Sets; i++)
            Add(cluster, $"web-{i}");
        cluster.Create(ResourceQuotas, """{"apiVersion":"v1","kind":"ResourceQuota","metadata":{"namespace":"default","name":"all"},"spec":{"hard":{"pods":"10000","services":"1000","count/deployments.apps":"1000"} } }""");
        cluster.Until(() => cluster.List(Deployments).Count(d => d.Number("status", "readyReplicas") == PodsPerSet) == Sets, TimeSpan.FromMinutes(10), "all pods are ready");
        cluster.Advance(TimeSpan.FromMinutes(2));
        var (specs, before) = (cluster.Parts.Watches().ToArray(), Live());
        cluster.Parts.End();
        cluster.Settle();
        var without = Live();
        Tell("queues, expectations, memories, decision logs, graphs", before - without);

        var caches = cluster.Informers("system:kube-controller-manager");
        foreach (var resource in specs.Select(s => s.Resource).Distinct())
            caches.Get(resource);
        cluster.Settle();
        var bare = Live();
        Tell("caches without indexes and views", bare - without);
        foreach (var spec in specs)
            caches.Get(spec.Resource, spec.Indexes);
        var indexed = Live();
        Tell("indexes", indexed - bare);
        cluster.Parts.StartControllers(caches);
        cluster.Advance(TimeSpan.FromMinutes(2));
        cluster.Parts.End();
        cluster.Settle();
        Tell("views of all controllers", Live() - indexed);
        GC.KeepAlive(caches);
    }

    private static void Add(SimulatedCluster cluster, string name)
    {
        cluster.Create(Deployments, Deployment(name));
        cluster.Create(Services, $$"""{"apiVersion":"v1","kind":"Service","metadata":{"namespace":"default","name":"{{name}}"},"spec":{"selector":{"app":"{{name}}"},"ports":[{"port":80}]} }""");
        cluster.Create(PodDisruptionBudgets, $$$"""{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"namespace":"default","name":"{{{name}}}"},"spec":{"minAvailable":5,"selector":{"matchLabels":{"app":"{{{name}}}"} } } }""");
        cluster.Create(HorizontalPodAutoscalers, $$$"""
            { "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": { "namespace": "default", "name": "{{{name}}}" },
              "spec": { "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "{{{name}}}" }, "minReplicas": {{{PodsPerSet}}}, "maxReplicas": 20,
                "metrics": [ { "type": "Resource", "resource": { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 80 } } } ] } }
            """);
    }

    private static long Live() => GC.GetTotalMemory(forceFullCollection: true);

    private static void Tell(string what, long bytes) => Console.WriteLine($"{bytes / 1048576.0,8:0.0} MB  {what}");

    private static string Deployment(string name) => $$"""
        { "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "namespace": "default", "name": "{{name}}" },
          "spec": { "replicas": {{PodsPerSet}}, "selector": { "matchLabels": { "app": "{{name}}" } },
            "template": { "metadata": { "labels": { "app": "{{name}}" } }, "spec": { "containers": [ { "name": "c", "image": "web:1", "resources": { "requests": { "cpu": "10m" } } } ] } } } }
        """;
}
