using System.Text.RegularExpressions;

namespace ActorKube.Tidy.Tests;

public sealed partial class SourceRules
{
    private const int MaxLines = 300;
    private const int MaxTestLines = 400;

    [Fact]
    public void No_source_file_is_longer_than_the_limit() =>
        Assert.Empty(Longer("src", MaxLines).Concat(Longer("tests", MaxTestLines)));

    [Fact]
    public void Akka_appears_only_in_actors_hosting_and_the_protocol()
    {
        var elsewhere = Repository.Sources("src")
            .Where(f => !f.StartsWith("src/ActorKube.Protocol/", StringComparison.Ordinal) && !f.Contains("/Actors/") && !f.Contains("/Hosting/"))
            .Where(f => Repository.Code(f).Any(l => UsesAkka().IsMatch(l.Line) && !(IsCommandLine(f) && ReadsSettings().IsMatch(l.Line))));
        Assert.Empty(elsewhere);
    }

    [Fact]
    public void Time_and_chance_come_in_as_inputs() =>
        Assert.Empty(Matches("src", ClockOrChance(), except: f => f == "src/ActorKube/Hosting/ProcessRandom.cs"));

    [Fact]
    public void Waiting_goes_by_the_injected_clock() => Assert.Empty(Matches("src", WaitsByTheMachinesClock()));

    [Fact]
    public void Unpredictable_bytes_are_made_where_secrets_and_processes_begin() => Assert.Empty(Matches(
        "src", SystemRandomness(), except: f => f.Contains("/Hosting/") || f.Contains("/Security/") || f.EndsWith("/IIdentitySource.cs", StringComparison.Ordinal)));

    [Fact]
    public void The_object_model_does_no_io_and_has_no_clock() => Assert.Empty(Matches("src/ActorKube.Api", OutsideWorld()));

    [Fact]
    public void Nobody_but_the_pipeline_reaches_for_the_store() =>
        Assert.Empty(Matches("src", ReachesForTheStore(), except: f => MayReachForTheStore.Any(p => f.StartsWith(p, StringComparison.Ordinal))));

    [Fact]
    public void Names_of_tests_are_sentences()
    {
        var words =
            from file in Repository.Sources("tests")
            from Match test in TestMethod().Matches(Repository.Text(file))
            where !test.Groups[1].Value.Contains('_', StringComparison.Ordinal)
            select $"{file}: {test.Groups[1].Value}";
        Assert.Empty(words);
    }

    [Fact]
    public void Nothing_blocks_on_a_task() => Assert.Empty(Matches("src", Blocking()));

    [Fact]
    public void Tests_wait_for_events_and_not_for_time() => Assert.Empty(Matches("tests", Sleeping(), except: f => f.Contains("Tidy.Tests")));

    [Fact]
    public void Nothing_is_left_unfinished() => Assert.Empty(Matches("src", Unfinished()).Concat(Matches("tests", Unfinished(), except: f => f.Contains("Tidy.Tests"))));

    // The executable's settings are HOCON, which is Akka's.
    private static bool IsCommandLine(string file) => file.StartsWith("src/ActorKube/", StringComparison.Ordinal);

    private static readonly string[] MayReachForTheStore = ["src/ActorKube.Protocol/", "src/ActorKube.Store/", "src/ActorKube.ApiServer/", "src/ActorKube/"];

    private static IEnumerable<string> Longer(string folder, int lines) => Repository.Sources(folder).Where(f => Repository.Lines(f).Length > lines);

    private static IEnumerable<string> Matches(string folder, Regex pattern, Func<string, bool>? except = null) =>
        from file in Repository.Sources(folder)
        where except is null || !except(file)
        from line in Repository.Code(file)
        where pattern.IsMatch(line.Line)
        select $"{file}:{line.Number}: {line.Line.Trim()}";

    [GeneratedRegex(@"\busing (static )?Akka\b|\bAkka\.\w")]
    private static partial Regex UsesAkka();

    [GeneratedRegex(@"\bAkka\.Configuration\b")]
    private static partial Regex ReadsSettings();

    [GeneratedRegex(@"DateTime(Offset)?\.(Utc)?Now\b|Guid\.(NewGuid|CreateVersion7)|Random\.Shared|new Random\(\)|Environment\.TickCount")]
    private static partial Regex ClockOrChance();

    // Every one of these takes a TimeProvider; without one it goes by the machine's clock.
    [GeneratedRegex(@"Task\.Delay\((?!.*\b_?[tT]ime\b)|new PeriodicTimer\((?!.*\b_?[tT]ime\b)|new Timer\(|\.CancelAfter\(|new CancellationTokenSource\([^)]*(?:TimeSpan\.|Timeout)(?!.*\b_?[tT]ime\b)")]
    private static partial Regex WaitsByTheMachinesClock();

    [GeneratedRegex(@"\bRandomNumberGenerator\.")]
    private static partial Regex SystemRandomness();

    [GeneratedRegex(@"\b(File|Directory|Process|Socket|TcpClient|HttpClient|Environment|TimeProvider)\b[.(]")]
    private static partial Regex OutsideWorld();

    [GeneratedRegex(@"\bIResourceStore\b")]
    private static partial Regex ReachesForTheStore();

    [GeneratedRegex(@"\[(?:Fact|Theory)[^\n]*\](?:\s*\[[^\n]*\])*\s*public (?:async )?[\w<>]+ (\w+)")]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"\.GetAwaiter\(\)\.GetResult\(\)|\.Wait\(\)")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"Thread\.Sleep|Task\.Delay\(")]
    private static partial Regex Sleeping();

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b")]
    private static partial Regex Unfinished();
}
