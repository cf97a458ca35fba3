using ActorKube.Controllers.Workloads;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>Keeps a number of replicas within bounds and rates; each limit has upstream's reason.</summary>
internal static class ScalingLimits
{
    // Without behavior: at most double, but four are always allowed.
    private const int Factor = 2;
    private const int Least = 4;
    private const int Percent = 100;

    private static readonly Why WithinRange = new("DesiredWithinRange", "the desired count is within the acceptable range");
    private static readonly Why TooFew = new("TooFewReplicas", "the desired replica count is less than the minimum replica count");
    private static readonly Why TooMany = new("TooManyReplicas", "the desired replica count is more than the maximum replica count");
    private static readonly Why TooFastUp = new("ScaleUpLimit", "the desired replica count is increasing faster than the maximum scale rate");
    private static readonly Why TooFastDown = new("ScaleDownLimit", "the desired replica count is decreasing faster than the maximum scale rate");

    /// <summary>Without behavior.</summary>
    public static (int Replicas, Why Why) Default(int current, int desired, int min, int max)
    {
        var fastest = (int)Math.Min(int.MaxValue, Math.Max((long)Factor * current, Least));
        var (most, why) = max > fastest ? (fastest, TooFastUp) : (max, TooMany);
        return desired < min ? (min, TooFew) : desired > most ? (most, why) : (desired, WithinRange);
    }

    /// <summary>With behavior: each direction has rules of its own.</summary>
    public static (int Replicas, Why Why) Ruled(int current, int desired, int min, int max, ScalingRules up, ScalingRules down, ScalingHistory history, Present now)
    {
        if (desired > current)
        {
            var fastest = Math.Max(current, Highest(current, up, history, now));
            var (most, why) = max > fastest ? (fastest, TooFastUp) : (max, TooMany);
            if (desired > most)
                return (most, why);
        }
        else if (desired < current)
        {
            var fastest = Math.Min(current, Lowest(current, down, history, now));
            var (fewest, why) = min < fastest ? (fastest, TooFastDown) : (min, TooFew);
            if (desired < fewest)
                return (fewest, why);
        }
        return (desired, WithinRange);
    }

    // Each policy allows so much on top of what there was when its period began. "Max" is the policy of the greatest change.
    private static int Highest(int current, ScalingRules rules, ScalingHistory history, Present now)
    {
        if (rules.Select == "Disabled")
            return current;
        var allowed = rules.Policies.Select(policy =>
        {
            var start = Start(current, history, policy, now);
            // Rounded up, or one pod could never become two.
            return policy.IsPercent ? Math.Ceiling(start * (1 + (double)policy.Value / Percent)) : (double)start + policy.Value;
        });
        return (int)Math.Min(int.MaxValue, rules.Select == "Min" ? allowed.Min() : allowed.Max());
    }

    private static int Lowest(int current, ScalingRules rules, ScalingHistory history, Present now)
    {
        if (rules.Select == "Disabled")
            return current;
        var allowed = rules.Policies.Select(policy =>
        {
            var start = Start(current, history, policy, now);
            return policy.IsPercent ? (long)(start * (1 - (double)policy.Value / Percent)) : start - policy.Value;
        });
        return Totals.Fit(rules.Select == "Min" ? allowed.Max() : allowed.Min());
    }

    private static long Start(int current, ScalingHistory history, ScalingPolicy policy, Present now)
    {
        var (added, removed) = history.ChangedSince(now, policy.Period);
        return current - added + removed;
    }
}
