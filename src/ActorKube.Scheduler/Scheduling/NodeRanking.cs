using System.Collections.Immutable;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>Ranks nodes that fit: each plugin scores all of them, the scores are brought to 0 … 100, weighted and added up.</summary>
/// <param name="random">Decides between equals.</param>
internal sealed class NodeRanking(Func<double> random)
{
    private long[] _scores = [];
    private long[] _totals = [];

    /// <summary>The best node and the one after it.</summary>
    public SearchResult Run(SchedulingProfile profile, CycleState state, PodInfo pod, ReadOnlySpan<NodeInfo> nodes, FilterReport report)
    {
        var mask = new FilterMask();
        for (var i = 0; i < profile.PreScores.Length; i++)
        {
            var status = profile.PreScores[i].PreScore(state, pod, nodes);
            if (status.Code == StatusCode.Skip)
                mask.Skip(profile.ScoreOfPreScore[i]);
            else if (!status.IsSuccess)
                return new SearchResult(null, report, status.At(ExtensionPoint.PreScore));
        }
        Prepare(profile.Scores.Length, nodes.Length);
        for (var p = 0; p < profile.Scores.Length; p++)
        {
            if (mask.IsSkipped(p))
                continue;
            var (plugin, weight) = profile.Scores[p];
            var scores = _scores.AsSpan(p * nodes.Length, nodes.Length);
            for (var n = 0; n < nodes.Length; n++)
                scores[n] = plugin.Score(state, pod, nodes[n]);
            plugin.Normalize(scores);
            for (var n = 0; n < nodes.Length; n++)
            {
                if (scores[n] is < 0 or > IScorePlugin.MaxScore)
                    return new SearchResult(null, report, Status.Failure(plugin.Name, $"plugin \"{plugin.Name}\" returns an invalid score {scores[n]}, it should in the range of [0, {IScorePlugin.MaxScore}] after normalizing"));
                _totals[n] += scores[n] *= weight;
            }
        }
        var best = Best(_totals.AsSpan(0, nodes.Length), except: -1);
        var next = Best(_totals.AsSpan(0, nodes.Length), except: best);
        return new SearchResult(nodes[best], report, null) { Winner = Ranked(profile, mask, nodes, best), RunnerUp = Ranked(profile, mask, nodes, next) };
    }

    private int Best(ReadOnlySpan<long> totals, int except)
    {
        int best = -1, equals = 0;
        for (var n = 0; n < totals.Length; n++)
        {
            if (n == except || (best >= 0 && totals[n] < totals[best]))
                continue;
            equals = best >= 0 && totals[n] == totals[best] ? equals + 1 : 1;
            // Each of k equals is taken with the chance 1/k.
            if (equals == 1 || random() * equals < 1)
                best = n;
        }
        return best;
    }

    private RankedNode Ranked(SchedulingProfile profile, FilterMask mask, ReadOnlySpan<NodeInfo> nodes, int n)
    {
        var scores = ImmutableArray.CreateBuilder<PluginScore>(profile.Scores.Length);
        for (var p = 0; p < profile.Scores.Length; p++)
            if (!mask.IsSkipped(p))
                scores.Add(new PluginScore(profile.Scores[p].Plugin.Name, _scores[p * nodes.Length + n]));
        return new RankedNode(nodes[n].Name, _totals[n], scores.ToImmutable());
    }

    private void Prepare(int plugins, int nodes)
    {
        if (_scores.Length < plugins * nodes)
            _scores = new long[plugins * nodes];
        if (_totals.Length < nodes)
            _totals = new long[nodes];
        Array.Clear(_totals, 0, nodes);
    }
}
