using System.Collections.Immutable;

namespace ActorKube.Scheduler.Framework;

/// <summary>A point of a <see cref="UtilizationShape"/>.</summary>
/// <param name="Utilization">Share in use, in per cent.</param>
/// <param name="Score">What it scores, 0 … <see cref="UtilizationShape.MostScore"/>.</param>
internal readonly record struct UtilizationPoint(int Utilization, int Score);

/// <summary>What the use of something scores: straight lines between points, and the first and the last score beyond them.</summary>
/// <param name="Points">At least one, in the order of their utilization.</param>
internal sealed record UtilizationShape(ImmutableArray<UtilizationPoint> Points)
{
    /// <summary>The best score of a point.</summary>
    public const int MostScore = 10;

    /// <summary>All of it.</summary>
    public const int Full = 100;

    /// <summary>Less in use is better: upstream's default.</summary>
    public static readonly UtilizationShape Spreading = new([new(0, MostScore), new(Full, 0)]);

    /// <summary>The score, 0 … 100, when so much of a capacity is requested; more than there is counts as all of it.</summary>
    public long At(long requested, long capacity)
    {
        long use = capacity == 0 || requested > capacity ? Full : (long)((Int128)requested * Full / capacity);
        var before = Points[0];
        foreach (var point in Points)
        {
            if (use <= point.Utilization)
                return point == before ? Scaled(point) : Scaled(before) + (Scaled(point) - Scaled(before)) * (use - before.Utilization) / (point.Utilization - before.Utilization);
            before = point;
        }
        return Scaled(before);
    }

    private static long Scaled(UtilizationPoint point) => point.Score * (IScorePlugin.MaxScore / MostScore);
}
