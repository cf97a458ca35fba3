using System.Globalization;
using ActorKube.Testing.Simulation;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Simulation.Tests;

/// <summary>A load that all pods of a deployment share, an autoscaler that wants each to use half of what it asks for, and what <c>metrics.k8s.io</c> says of it.</summary>
public sealed class AutoscalingTests : IDisposable
{
    private readonly SimulatedCluster _cluster = new(new SimulationOptions { Heartbeats = false, Controllers = ["deployment-controller", "replicaset-controller", "horizontal-pod-autoscaler-controller", "serviceaccount-controller"] });
    private readonly List<(TimeSpan At, long Replicas)> _scaled = [];
    private long _load;
    private int _kills;

    public AutoscalingTests()
    {
        _cluster.Journal = entry =>
        {
            if (entry.Plural != "deployments" || entry.Stored is not { } stored)
                return;
            var replicas = long.Parse(stored.Field("spec.replicas"), CultureInfo.InvariantCulture);
            if (_scaled.Count == 0 || _scaled[^1].Replicas != replicas)
                _scaled.Add((_cluster.Time.Passed, replicas));
        };
        _cluster.Create(Deployments, Manifests.Deployment("web", 1).Replace("\"image\": \"web:1\"", "\"image\": \"web:1\", \"resources\": { \"requests\": { \"cpu\": \"100m\" } }", StringComparison.Ordinal));
        _cluster.Use(_ => _load / Math.Max(1, Running));
    }

    private int Running { get; set; } = 1;

    private long Replicas => _scaled[^1].Replicas;

    public void Dispose() => _cluster.Dispose();

    [Fact]
    public void Load_brings_pods_at_once_and_those_go_five_minutes_after_it_has_gone()
    {
        Autoscaler();
        Pass(TimeSpan.FromMinutes(10), load: 50);
        Assert.Equal([1], Steps);

        // Four at least and twice as many at most, each fifteen seconds.
        Pass(TimeSpan.FromMinutes(3), load: 500);
        Assert.Equal([1, 4, 8, 10], Steps);

        Pass(TimeSpan.FromSeconds(285), load: 50);
        Assert.Equal(10, Replicas);
        Pass(TimeSpan.FromSeconds(75), load: 50);
        Assert.Equal([1, 4, 8, 10, 1], Steps);
        Assert.Contains(_cluster.EventsOf("web"), e => e.StartsWith("SuccessfulRescale: New size: 10; reason: cpu resource utilization (percentage of request) above target", StringComparison.Ordinal));
        Assert.Contains(_cluster.EventsOf("web"), e => e.StartsWith("SuccessfulRescale: New size: 1; reason: All metrics below target", StringComparison.Ordinal));
        Assert.Empty(_cluster.Strays);
    }

    [Fact]
    public void Load_that_comes_and_goes_within_the_window_keeps_the_pods_that_it_needs_at_its_height()
    {
        Autoscaler();
        for (var minute = 0; minute < 60; minute++)
            Pass(TimeSpan.FromMinutes(1), load: minute % 4 == 0 ? 400 : 50);
        Assert.Equal([1, 4, 8], Steps);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Policies_allow_so_many_pods_a_minute_either_way(bool isKilledWhileItScales)
    {
        // Before it has remembered what it did.
        if (isKilledWhileItScales)
            _cluster.Faults.Refuse = write =>
            {
                if (write is { Resource: "deployments.apps/scale", Operation: "Update" } && ++_kills % 2 == 1)
                    _cluster.Loop.Post(() =>
                    {
                        var controller = _cluster.Controllers.Single(static c => c.Name == "horizontal-pod-autoscaler-controller");
                        controller.Kill();
                        controller.Start();
                    });
                return null;
            };
        Autoscaler("""
            "behavior": {
              "scaleUp": { "stabilizationWindowSeconds": 0, "policies": [ { "type": "Pods", "value": 2, "periodSeconds": 60 } ] },
              "scaleDown": { "stabilizationWindowSeconds": 60, "policies": [ { "type": "Pods", "value": 1, "periodSeconds": 60 } ] } },
            """);
        Pass(TimeSpan.FromMinutes(10), load: 350);
        Assert.Equal([1, 3, 5, 7], Steps);
        Assert.All(Waits(0, 4).Skip(1), w => Assert.InRange(w, 60, 90));

        Pass(TimeSpan.FromMinutes(15), load: 150);
        Assert.Equal([1, 3, 5, 7, 6, 5, 4, 3], Steps);
        Assert.All(Waits(4, 8), w => Assert.InRange(w, 60, 90));
        Assert.Equal(isKilledWhileItScales, _kills > 0);
    }

    [Fact]
    public void Pods_come_only_when_load_has_lasted_as_long_as_the_window_says()
    {
        Autoscaler(""" "behavior": { "scaleUp": { "stabilizationWindowSeconds": 180 } }, """);
        Pass(TimeSpan.FromMinutes(5), load: 50);
        Pass(TimeSpan.FromMinutes(2), load: 200);
        Pass(TimeSpan.FromMinutes(5), load: 50);
        Assert.Equal([1], Steps);
        Pass(TimeSpan.FromSeconds(165), load: 200);
        Assert.Equal([1], Steps);
        Pass(TimeSpan.FromSeconds(75), load: 200);
        Assert.Equal([1, 4], Steps);
    }

    private IEnumerable<long> Steps => _scaled.Select(s => s.Replicas);

    private IEnumerable<double> Waits(int from, int to) => _scaled[from..to].Zip(_scaled[(from + 1)..to], (a, b) => (b.At - a.At).TotalSeconds);

    // Load is shared by the pods that there are, so how much each uses follows their number.
    private void Pass(TimeSpan time, long load)
    {
        _load = load;
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(1))
        {
            _cluster.Advance(TimeSpan.FromSeconds(1));
            Running = _cluster.Stored(Pods).Count;
        }
    }

    private void Autoscaler(string behavior = "") => _cluster.Create(HorizontalPodAutoscalers, $$"""
        { "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": { "namespace": "default", "name": "web" },
          "spec": { "scaleTargetRef": { "apiVersion": "apps/v1", "kind": "Deployment", "name": "web" }, "minReplicas": 1, "maxReplicas": 12, {{behavior}}
            "metrics": [ { "type": "Resource", "resource": { "name": "cpu", "target": { "type": "Utilization", "averageUtilization": 50 } } } ] } }
        """);
}
