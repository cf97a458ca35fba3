using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>A reason of a condition and its sentence.</summary>
internal readonly record struct Why(string Reason, string Message);

/// <summary>Holds recommendations against those of the recent past, so that a load that comes and goes does not make replicas come and go.</summary>
internal static class Stabilization
{
    public static readonly Why Ready = new("ReadyForNewScale", "recommended size matches current size");
    private static readonly Why Down = new("ScaleDownStabilized", "recent recommendations were higher than current one, applying the highest recent recommendation");
    private static readonly Why Up = new("ScaleUpStabilized", "recent recommendations were lower than current one, applying the lowest recent recommendation");

    /// <summary>Without behavior: the highest recommendation of the controller's own window.</summary>
    public static (int Replicas, Why Why) Highest(ScalingHistory history, int desired, Present now, TimeSpan window)
    {
        var highest = Math.Max(desired, history.Since(now, window).DefaultIfEmpty(desired).Max());
        return (highest, highest == desired ? Ready : Down);
    }

    /// <summary>With behavior: no higher than the lowest of the window for scaling up, no lower than the highest of the window for scaling down, and in between as it is.</summary>
    public static (int Replicas, Why Why) Within(ScalingHistory history, int current, int desired, Present now, TimeSpan upWindow, TimeSpan downWindow)
    {
        var up = upWindow > TimeSpan.Zero ? Math.Min(desired, history.Since(now, upWindow).DefaultIfEmpty(desired).Min()) : desired;
        var down = downWindow > TimeSpan.Zero ? Math.Max(desired, history.Since(now, downWindow).DefaultIfEmpty(desired).Max()) : desired;
        var replicas = current;
        if (replicas < up)
            replicas = up;
        if (replicas > down)
            replicas = down;
        return (replicas, replicas == desired ? Ready : desired >= current ? Up : Down);
    }
}
