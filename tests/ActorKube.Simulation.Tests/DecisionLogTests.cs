using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

public sealed class DecisionLogTests
{
    [Fact]
    public void Every_decision_that_writes_more_than_a_status_says_why()
    {
        using var cluster = new SimulatedCluster();
        ChaosTests.Workload(cluster);
        var adopted = """{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"default","name":"NAME","labels":{"app":"APP"}},"spec":{"containers":[{"name":"c","image":"c:1"}]}}""";
        foreach (var (name, app) in new[] { ("stray", "web"), ("db-1000", "db") })
            cluster.Create(Pods, adopted.Replace("NAME", name, StringComparison.Ordinal).Replace("APP", app, StringComparison.Ordinal));
        cluster.Patch(Deployments, "default", "web", """{"spec":{"minReadySeconds":1}}""");
        cluster.Advance(TimeSpan.FromSeconds(30));
        cluster.SetAlive("node-1", alive: false);
        cluster.Advance(TimeSpan.FromMinutes(10));
        cluster.Create(Namespaces, """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"brief"}}""");
        cluster.Advance(TimeSpan.FromSeconds(5));
        cluster.Delete(Namespaces, "", "brief");
        cluster.Advance(TimeSpan.FromMinutes(1));
        var silent = cluster.Controllers.SelectMany(static c => c.Decisions.Select(d => (c.Name, Decision: d)))
            .Where(static d => d.Decision.Reasons.IsEmpty && d.Decision.Writes.Any(static w => !w.Resource.EndsWith("/status", StringComparison.Ordinal)))
            .Select(static d => $"{d.Name}: {string.Join(", ", d.Decision.Writes.Select(static w => $"{w.Verb} {w.Resource}"))}")
            .Distinct().Order(StringComparer.Ordinal).ToArray();
        Assert.True(silent.Length == 0, string.Join('\n', silent));
        Assert.Empty(cluster.Strays);
    }
}
