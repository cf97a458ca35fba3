using ActorKube.Scheduler.Framework;

namespace ActorKube.Scheduler.Plugins;

/// <summary>Brings scores to the common scale (upstream: <c>helper.DefaultNormalizeScore</c>).</summary>
internal static class ScoreScale
{
    /// <summary>The highest score becomes 100 and the others follow in proportion; with <paramref name="reverse"/> it becomes 0, and 0 becomes 100.</summary>
    public static void Normalize(Span<long> scores, bool reverse)
    {
        const long best = IScorePlugin.MaxScore;
        long highest = 0;
        foreach (var score in scores)
            highest = Math.Max(highest, score);
        if (highest == 0)
        {
            if (reverse)
                scores.Fill(best);
            return;
        }
        foreach (ref var score in scores)
        {
            score = best * score / highest;
            if (reverse)
                score = best - score;
        }
    }
}
