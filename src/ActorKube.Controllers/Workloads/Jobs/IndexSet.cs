using System.Globalization;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>A set of completion indexes, kept and written as runs: <c>1,3-5,7</c>.</summary>
internal sealed class IndexSet
{
    public static readonly IndexSet Empty = new([]);

    private readonly List<(int First, int Last)> _runs;

    private IndexSet(List<(int First, int Last)> runs)
    {
        _runs = runs;
        Count = runs.Sum(r => r.Last - r.First + 1);
    }

    public int Count { get; }

    /// <summary>Reads a text; indexes from <paramref name="below"/> on, and what is no number, are left out.</summary>
    public static IndexSet Parse(string text, int below)
    {
        var runs = new List<(int First, int Last)>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var ends = part.Split('-');
            if (!TryIndex(ends[0], out var first) || !TryIndex(ends[^1], out var last) || first >= below)
                continue;
            last = Math.Min(last, below - 1);
            if (runs.Count > 0 && first <= runs[^1].Last + 1)
                runs[^1] = (runs[^1].First, Math.Max(runs[^1].Last, last));
            else
                runs.Add((first, last));
        }
        return new IndexSet(runs);
    }

    public bool Contains(int index)
    {
        var (low, high) = (0, _runs.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (index < _runs[middle].First)
                high = middle - 1;
            else if (index > _runs[middle].Last)
                low = middle + 1;
            else
                return true;
        }
        return false;
    }

    /// <summary>This set and further indexes.</summary>
    public IndexSet With(IEnumerable<int> more)
    {
        var added = more.Where(i => !Contains(i)).Select(i => (First: i, Last: i)).ToList();
        if (added.Count == 0)
            return this;
        var runs = new List<(int First, int Last)>();
        foreach (var run in _runs.Concat(added).OrderBy(r => r.First))
            if (runs.Count > 0 && run.First <= runs[^1].Last + 1)
                runs[^1] = (runs[^1].First, Math.Max(runs[^1].Last, run.Last));
            else
                runs.Add(run);
        return new IndexSet(runs);
    }

    /// <summary>How many indexes both sets have.</summary>
    public int Common(IndexSet other) => _runs.Sum(a => other._runs.Sum(b => Math.Max(0, Math.Min(a.Last, b.Last) - Math.Max(a.First, b.First) + 1)));

    public override string ToString() => string.Join(',', _runs.Select(r => r.First == r.Last ? $"{r.First}" : r.Last == r.First + 1 ? $"{r.First},{r.Last}" : $"{r.First}-{r.Last}"));

    private static bool TryIndex(string text, out int index) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index);
}
