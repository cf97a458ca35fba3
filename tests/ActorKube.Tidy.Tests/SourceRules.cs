using System.Text.RegularExpressions;

namespace ActorKube.Tidy.Tests;

public sealed partial class SourceRules
{
    private const int MaxLines = 400;

    [Fact]
    public void No_source_file_is_longer_than_the_limit() =>
        Assert.Empty(Repository.Sources("src").Where(f => Repository.Lines(f).Length > MaxLines).ToArray());

    [Fact]
    public void Akka_appears_only_in_actors_hosting_and_the_protocol()
    {
        var elsewhere = Repository.Sources("src")
            .Where(f => !f.StartsWith("src/ActorKube.Protocol/", StringComparison.Ordinal) && !f.StartsWith("src/ActorKube/", StringComparison.Ordinal))
            .Where(f => !f.Contains("/Actors/") && !f.Contains("/Hosting/"))
            .Where(f => Repository.Code(f).Any(l => UsesAkka().IsMatch(l.Line)));
        Assert.Empty(elsewhere);
    }

    [Fact]
    public void Time_and_chance_come_in_as_inputs() =>
        Assert.Empty(Matches("src", ClockOrChance(), except: f => f.EndsWith("SystemIds.cs", StringComparison.Ordinal)));

    [Fact]
    public void Nothing_blocks_on_a_task() => Assert.Empty(Matches("src", Blocking()));

    [Fact]
    public void Tests_wait_for_events_and_not_for_time() => Assert.Empty(Matches("tests", Sleeping(), except: f => f.Contains("Tidy.Tests")));

    [Fact]
    public void Nothing_is_left_unfinished() => Assert.Empty(Matches("src", Unfinished()).Concat(Matches("tests", Unfinished(), except: f => f.Contains("Tidy.Tests"))));

    private static IEnumerable<string> Matches(string folder, Regex pattern, Func<string, bool>? except = null) =>
        from file in Repository.Sources(folder)
        where except is null || !except(file)
        from line in Repository.Code(file)
        where pattern.IsMatch(line.Line)
        select $"{file}:{line.Number}: {line.Line.Trim()}";

    [GeneratedRegex(@"\busing (static )?Akka\b|\bAkka\.\w")]
    private static partial Regex UsesAkka();

    [GeneratedRegex(@"DateTime(Offset)?\.(Utc)?Now\b|Guid\.(NewGuid|CreateVersion7)|Random\.Shared|new Random\(\)|Environment\.TickCount")]
    private static partial Regex ClockOrChance();

    [GeneratedRegex(@"\.GetAwaiter\(\)\.GetResult\(\)|\.Wait\(\)")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\(")]
    private static partial Regex Sleeping();

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b")]
    private static partial Regex Unfinished();
}
