using ActorKube.Controllers.Autoscaling;
using ActorKube.Controllers.Hosting;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Machinery.Times;
using static ActorKube.Controllers.Tests.Harness.AutoscaledTarget;

namespace ActorKube.Controllers.Tests;

/// <summary>Windows, rates and what survives a restart, in virtual time.</summary>
public sealed class AutoscalerWindowTests
{
    private static readonly DateTimeOffset T0 = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly AutoscaledTarget _t = new();

    [Fact]
    public void A_load_that_ends_keeps_its_replicas_for_the_window()
    {
        _t.Create(4, Cpu(50));
        _t.Load(50, 100);
        _t.Settle();
        _t.Load(5, 100);
        _t.Turn();
        Assert.Contains("AbleToScale=True ScaleDownStabilized: recent recommendations were higher than current one, applying the highest recent recommendation", _t.Conditions);
        _t.LoadFor(TimeSpan.FromMinutes(4.5), 5, 100);
        Assert.Equal(4, _t.Replicas);
        _t.LoadFor(TimeSpan.FromMinutes(1), 5, 100);
        Assert.Equal(1, _t.Replicas);
        Assert.Contains("SuccessfulRescale: New size: 1; reason: All metrics below target", _t.EventTexts);
    }

    [Fact]
    public void A_restart_does_not_begin_the_window_anew_nor_forget_it()
    {
        var memory = ScalingHistory.Empty.With(4, At(0), TimeSpan.FromMinutes(5)).With(1, At(15), TimeSpan.FromMinutes(5)).Encode();
        var restored = ScalingHistory.Decode(memory);
        // The four held until the one came.
        Assert.Equal(4, Stabilization.Highest(restored, 1, At(300), TimeSpan.FromMinutes(5)).Replicas);
        Assert.Equal(1, Stabilization.Highest(restored, 1, At(316), TimeSpan.FromMinutes(5)).Replicas);
        Assert.Equal(restored.Encode(), memory);
    }

    [Fact]
    public void An_autoscaler_that_is_deleted_is_forgotten()
    {
        _t.Create(4, Cpu(50));
        _t.Load(50, 100);
        _t.Settle();
        Assert.NotEqual("", _t.LastMemory);
        _t.Harness.Cluster.Vanish(Autoscalers, "default", "web");
        _t.Settle();
        Assert.Equal("", _t.LastMemory);
    }

    [Fact]
    public void The_windows_of_a_behavior_hold_in_both_directions()
    {
        _t.Create(4, Cpu(50), behavior: """{"scaleUp":{"stabilizationWindowSeconds":60,"selectPolicy":"Max","policies":[{"type":"Percent","value":100,"periodSeconds":15}]},"scaleDown":{"stabilizationWindowSeconds":30,"selectPolicy":"Max","policies":[{"type":"Percent","value":100,"periodSeconds":15}]}}""");
        _t.Load(50, 100);
        _t.Settle();
        _t.Load(100, 100);
        _t.Turn();
        Assert.Equal(4, _t.Replicas);
        Assert.Contains("AbleToScale=True ScaleUpStabilized: recent recommendations were lower than current one, applying the lowest recent recommendation", _t.Conditions);
        _t.LoadFor(TimeSpan.FromSeconds(75), 100, 100);
        Assert.Equal(8, _t.Replicas);
    }

    [Fact]
    public void A_direction_that_is_disabled_is_not_gone()
    {
        _t.Create(4, Cpu(50), behavior: """{"scaleUp":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Pods","value":4,"periodSeconds":15}]},"scaleDown":{"stabilizationWindowSeconds":0,"selectPolicy":"Disabled","policies":[{"type":"Percent","value":100,"periodSeconds":15}]}}""");
        _t.Load(1, 100);
        _t.Settle();
        Assert.Equal(4, _t.Replicas);
        Assert.Contains("ScalingLimited=True ScaleDownLimit: the desired replica count is decreasing faster than the maximum scale rate", _t.Conditions);
    }

    [Fact]
    public void A_policy_limits_what_is_added_in_its_period()
    {
        _t.Create(2, Cpu(50), max: 50, behavior: """{"scaleUp":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Pods","value":2,"periodSeconds":60}]},"scaleDown":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Percent","value":100,"periodSeconds":15}]}}""");
        _t.Load(100, 100);
        _t.Settle();
        Assert.Equal(4, _t.Replicas);
        Assert.Equal(0, _t.Status["lastScaleTime"] is null ? 1 : 0);
        _t.LoadFor(TimeSpan.FromSeconds(45), 100, 100);
        Assert.Equal(4, _t.Replicas);
        Assert.Contains("ScalingLimited=True ScaleUpLimit: the desired replica count is increasing faster than the maximum scale rate", _t.Conditions);
        _t.LoadFor(TimeSpan.FromSeconds(30), 100, 100);
        Assert.Equal(6, _t.Replicas);
    }

    [Fact]
    public void A_tolerance_of_its_own_counts_for_its_direction()
    {
        _t.Create(4, Cpu(50), behavior: """{"scaleUp":{"tolerance":"500m","stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Pods","value":4,"periodSeconds":15}]},"scaleDown":{"stabilizationWindowSeconds":0,"selectPolicy":"Max","policies":[{"type":"Percent","value":100,"periodSeconds":15}]}}""");
        _t.Load(70, 100);
        _t.Settle();
        Assert.Equal(4, _t.Replicas);
        _t.Load(40, 100);
        _t.Turn();
        Assert.Equal(4, _t.Replicas);
        _t.Load(30, 100);
        _t.Turn();
        Assert.Equal(3, _t.Replicas);
    }

    // Rules, current replicas, desired, what was scaled how many seconds ago: upstream's cases in other words.
    [Theory]
    [InlineData("Max", "Pods:4:15,Percent:100:15", 10, 50, "", 20)]
    [InlineData("Min", "Pods:4:15,Percent:100:15", 10, 50, "", 14)]
    [InlineData("Max", "Pods:4:15,Percent:100:15", 1, 50, "", 5)]
    [InlineData("Max", "Percent:10:60", 1, 50, "", 2)]
    [InlineData("Max", "Pods:4:60", 10, 50, "3@30", 11)]
    [InlineData("Max", "Pods:4:60", 10, 50, "4@30", 10)]
    [InlineData("Max", "Pods:4:60", 10, 50, "9@30", 10)]
    [InlineData("Max", "Pods:4:60", 10, 50, "4@61", 14)]
    [InlineData("Max", "Pods:4:60", 10, 50, "4@30,-2@20", 12)]
    [InlineData("Disabled", "Pods:4:60", 10, 50, "", 10)]
    [InlineData("Max", "Pods:2:60,Percent:50:60", 10, 1, "", 5)]
    [InlineData("Min", "Pods:2:60,Percent:50:60", 10, 1, "", 8)]
    [InlineData("Max", "Pods:4:60", 10, 1, "-3@30", 9)]
    [InlineData("Max", "Pods:4:60", 10, 1, "-4@30", 10)]
    [InlineData("Max", "Pods:4:60", 10, 1, "-4@30,2@10", 8)]
    [InlineData("Max", "Percent:100:15", 10, 1, "", 1)]
    public void Policies_allow_what_upstreams_allow(string select, string policies, int current, int desired, string scaled, int expected)
    {
        var rules = new ScalingRules(null, select, [.. policies.Split(',').Select(p => p.Split(':')).Select(p => new ScalingPolicy(p[0] == "Percent", int.Parse(p[1]), TimeSpan.FromSeconds(int.Parse(p[2]))))], null);
        var history = new ScalingHistory([], [.. scaled.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(s => s.Split('@')).Select(s => new Scaling(T0.AddSeconds(-int.Parse(s[1])), int.Parse(s[0])))]);
        Assert.Equal(expected, ScalingLimits.Ruled(current, desired, 1, 100, rules, rules, history, At(0)).Replicas);
    }

    [Fact]
    public void Of_a_history_only_what_somebody_looks_back_to_is_kept()
    {
        var history = ScalingHistory.Empty;
        for (var i = 0; i < 1000; i++)
            history = history.With(i % 7, At(15 * i), TimeSpan.FromMinutes(5)).WithScaling(1, At(15 * i), TimeSpan.FromMinutes(1));
        Assert.InRange(history.Recommendations.Length, 20, 22);
        Assert.InRange(history.Scalings.Length, 4, 5);
    }

    [Fact]
    public void The_settings_have_upstreams_defaults()
    {
        var read = ControllersOptions.From(Akka.Configuration.Config.Empty).Autoscaler;
        Assert.Equal(new AutoscalerOptions(), read);
        Assert.Equal((15, 300, 0.1, 300, 30),
            ((int)read.SyncPeriod.TotalSeconds, (int)read.DownscaleStabilization.TotalSeconds, read.Tolerance, (int)read.CpuInitializationPeriod.TotalSeconds, (int)read.InitialReadinessDelay.TotalSeconds));
    }

    private static Present At(int seconds) => new(T0.AddSeconds(seconds));
}
