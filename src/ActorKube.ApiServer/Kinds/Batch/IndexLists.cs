using System.Globalization;
using ActorKube.Api.Json;

namespace ActorKube.ApiServer.Kinds.Batch;

/// <summary>Lists of the indexes of a job, written as runs: <c>1,3-5,7</c> (upstream: <c>validateIndexesFormat</c>, <c>validateFailedIndexesNotOverlapCompleted</c>).</summary>
internal static class IndexLists
{
    /// <summary>Counts the indexes of a list.</summary>
    /// <param name="text">The list; an empty text is an empty one.</param>
    /// <param name="completions">What every index is below.</param>
    /// <param name="count">How many indexes it has; 0 for a bad list.</param>
    /// <returns>What is wrong; null for a good list.</returns>
    public static string? Fault(string text, long completions, out long count)
    {
        count = 0;
        if (text.Length == 0)
            return null;
        var total = 0L;
        long? previous = null;
        foreach (var part in text.Split(','))
        {
            if (FaultOfRun(part, completions, out var run) is { } fault)
                return fault;
            if (previous >= run.First)
                return NotIncreasing(previous.Value, run.First);
            total += run.Last - run.First + 1;
            previous = run.Last;
        }
        count = total;
        return null;
    }

    /// <summary>The first index that two lists share, as far as they can be read; null when they share none.</summary>
    public static long? Shared(string one, string other, long completions)
    {
        var (first, second) = (Runs(one, completions), Runs(other, completions));
        for (int i = 0, j = 0; i < first.Count && j < second.Count;)
        {
            if (first[i].First <= second[j].Last && second[j].First <= first[i].Last)
                return Math.Max(first[i].First, second[j].First);
            if (first[i].First <= second[j].First)
                i++;
            else
                j++;
        }
        return null;
    }

    private static List<(long First, long Last)> Runs(string text, long completions)
    {
        var runs = new List<(long First, long Last)>();
        foreach (var part in text.Split(','))
            if (FaultOfRun(part, completions, out var run) is null)
                runs.Add(run);
        return runs;
    }

    private static string? FaultOfRun(string text, long completions, out (long First, long Last) run)
    {
        run = default;
        var ends = text.Split('-');
        if (ends.Length > 2)
            return $"the fragment {GoText.Quote(text)} violates the requirement that an index interval can have at most two parts separated by '-'";
        Span<long> numbers = stackalloc long[ends.Length];
        for (var i = 0; i < ends.Length; i++)
        {
            if (!long.TryParse(ends[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out numbers[i]))
                return $"cannot convert string to integer for index: {GoText.Quote(ends[i])}";
            if (numbers[i] >= completions)
                return $"too large index: {GoText.Quote(ends[i])}";
        }
        run = (numbers[0], numbers[^1]);
        return ends.Length == 2 && run.First >= run.Last ? NotIncreasing(run.First, run.Last) : null;
    }

    private static string NotIncreasing(long previous, long current) => $"non-increasing order, previous: {previous}, current: {current}";
}
