using ActorKube.Testing.Simulation;
using ActorKube.Testing.Simulation.Controllers;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

/// <summary>Who takes turns about what in a cluster at rest, with 50 deployments, their services and budgets, and one of everything else.</summary>
public sealed class QuietTests : IDisposable
{
    private readonly SimulatedCluster _cluster = new(new SimulationOptions { StatusReports = true });
    private readonly List<TakenTurn> _turns = [];

    public QuietTests()
    {
        for (var i = 0; i < 50; i++)
        {
            _cluster.Create(Deployments, Manifests.Deployment($"web-{i}", 2));
            _cluster.Create(Services, Manifests.Service($"web-{i}"));
            _cluster.Create(PodDisruptionBudgets, Manifests.Budget($"web-{i}", 1));
        }
        _cluster.Create(StatefulSets, Manifests.StatefulSet("db", 2));
        _cluster.Create(DaemonSets, Manifests.DaemonSet("agent"));
        _cluster.Create(Jobs, Manifests.Job("once"));
        _cluster.Create(CronJobs, Manifests.CronJob("yearly", "0 0 1 7 *"));
        _cluster.Create(ResourceQuotas, """{ "metadata": { "namespace": "default", "name": "quota" }, "spec": { "hard": { "pods": "1000", "count/secrets": "10" } } }""");
        _cluster.Advance(TimeSpan.FromMinutes(10));
        // The nodes of the simulation are played by controllers, too.
        _cluster.TurnTaken = turn =>
        {
            if (!turn.Controller.StartsWith("kubelet-", StringComparison.Ordinal))
                _turns.Add(turn);
        };
    }

    [Fact]
    public void In_an_hour_without_changes_only_clocks_make_anybody_look()
    {
        _cluster.Advance(TimeSpan.FromHours(1));
        Assert.Equal([], _turns.Where(t => t.Cause.Resource.Length > 0));
        var looks = _turns.CountBy(t => t.Controller).ToDictionary();
        Assert.Equal(["node-lifecycle-controller", "pod-garbage-collector-controller", "resourcequota-controller"], looks.Keys.Order());
        // Three nodes, whose silence would be too long 50 s after a lease that is renewed every 10 s.
        Assert.InRange(looks["node-lifecycle-controller"], 1, 3 * 3600 / 40);
        Assert.Equal(3600 / 20, looks["pod-garbage-collector-controller"]);
        Assert.Equal(3600 / 300, looks["resourcequota-controller"]);
        Assert.Empty(_cluster.Strays);
    }

    [Fact]
    public void What_does_not_matter_to_anybody_makes_nobody_look()
    {
        Assert.Equal([], After(() => _cluster.Patch(Pods, "default", PodOf("web-9"), Annotation)));
        Assert.Equal([], After(() => _cluster.Patch(Nodes, "", "node-2", Annotation)));
        Assert.Equal([], After(() => _cluster.Patch(Namespaces, "", "default", Label)));
        Assert.Equal([], After(() => _cluster.Create(ConfigMaps, """{ "metadata": { "namespace": "default", "name": "c" } }""")));
    }

    [Fact]
    public void A_change_of_one_object_concerns_that_object()
    {
        Assert.Equal(["deployment-controller default/web-7"], After(() => _cluster.Patch(Deployments, "default", "web-7", Label)));
        Assert.Equal(["statefulset-controller default/db"], After(() => _cluster.Patch(StatefulSets, "default", "db", Annotation)));
        Assert.Equal(["disruption-controller default/web-7"], After(() => _cluster.Patch(PodDisruptionBudgets, "default", "web-7", Annotation)));
        Assert.Equal(["endpoints-controller default/web-7", "endpointslice-controller default/web-7"], After(() => _cluster.Patch(Services, "default", "web-7", Annotation)));
        Assert.Equal(["daemonset-controller default/agent"], After(() => _cluster.Patch(Nodes, "", "node-2", Label)));
    }

    [Fact]
    public void A_pod_that_goes_and_its_deployments_update_concern_what_is_around_them_and_nothing_else()
    {
        string[] around = ["deployment-controller default/web-7", "disruption-controller default/web-7", "endpoints-controller default/web-7", "endpointslice-controller default/web-7"];
        var set = PodOf("web-7")[..^"-xxxxx".Length];
        Assert.Equal([.. around, $"replicaset-controller default/{set}", "resourcequota-controller default/quota"], After(() => _cluster.Delete(Pods, "default", PodOf("web-7"))));
        var updated = After(() => _cluster.Patch(Deployments, "default", "web-7", """{ "spec": { "template": { "metadata": { "annotations": { "x": "y" } } } } }"""));
        Assert.Equal([.. around, .. new[] { set, PodOf("web-7")[..^"-xxxxx".Length] }.Order().Select(s => $"replicaset-controller default/{s}"), "resourcequota-controller default/quota"], updated);
    }

    public void Dispose() => _cluster.Dispose();

    private const string Annotation = """{ "metadata": { "annotations": { "x": "y" } } }""";

    private const string Label = """{ "metadata": { "labels": { "x": "y" } } }""";

    private string PodOf(string app) => _cluster.Stored(Pods).Last(p => p.Key.Name.StartsWith(app + "-", StringComparison.Ordinal)).Key.Name;

    // Who looked at what because of the change, what followed from it included, but not what looked at the clock only.
    private string[] After(Action change)
    {
        _turns.Clear();
        change();
        _cluster.Advance(TimeSpan.FromSeconds(40));
        return [.. _turns.Where(t => t.Cause.Resource.Length > 0).Select(t => $"{t.Controller} {t.Key}").Distinct().Order(StringComparer.Ordinal)];
    }
}
