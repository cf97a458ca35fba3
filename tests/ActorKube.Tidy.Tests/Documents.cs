using System.Text.RegularExpressions;

namespace ActorKube.Tidy.Tests;

public sealed partial class Documents
{
    private const string Decisions = "src/docs/decisions";

    [Fact]
    public void Links_lead_somewhere()
    {
        var broken =
            from file in Repository.Files("", "*.md")
            from target in Links(file)
            where !Path.Exists(Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, target))
            select $"{file}: {target}";
        Assert.Empty(broken);
    }

    [Fact]
    public void No_row_of_a_table_stands_twice_and_no_mark_of_a_merge_is_left()
    {
        var wrong =
            from file in Repository.Files("", "*.md")
            from line in Repository.Lines(file).GroupBy(l => l)
            where MergeMark().IsMatch(line.Key) || (line.Count() > 1 && Row().IsMatch(line.Key))
            select $"{file}: {line.Key}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Decisions_are_dated_and_complete()
    {
        string[] sections = ["Date:", "Status:", "## Context", "## Decision", "## Consequences"];
        var incomplete =
            from file in DecisionFiles()
            let text = Repository.Text(file)
            from section in sections
            where !text.Contains(section, StringComparison.Ordinal)
            select $"{file} lacks {section}";
        Assert.Empty(incomplete);
    }

    [Fact]
    public void Every_decision_stands_in_the_index_once()
    {
        var listed = Links($"{Decisions}/README.md").Order(StringComparer.Ordinal);
        Assert.Equal(DecisionFiles().Select(f => Path.GetFileName(f)), listed);
    }

    [Fact]
    public void No_two_decisions_have_the_same_number() =>
        Assert.Empty(DecisionFiles().GroupBy(f => Path.GetFileName(f)[..4]).Where(g => g.Count() > 1).SelectMany(g => g));

    [Fact]
    public void The_map_shows_every_project_and_no_other()
    {
        var map = Repository.Text("src/README.md").Split("```")[1];
        var shown = map.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0]).Order(StringComparer.Ordinal);
        Assert.Equal(Repository.Projects("src").Select(p => p.Name).Order(StringComparer.Ordinal), shown);
    }

    private static IEnumerable<string> DecisionFiles() => Repository.Files(Decisions, "*.md").Where(f => Path.GetFileName(f) != "README.md");

    private static IEnumerable<string> Links(string file) =>
        Link().Matches(Repository.Text(file))
            .Select(m => m.Groups[1].Value.Split('#')[0])
            .Where(t => t.Length > 0 && !t.Contains("://", StringComparison.Ordinal));

    [GeneratedRegex("^(<{7}|={7}|>{7})( |$)")]
    private static partial Regex MergeMark();

    // Heads of tables, and the line below them, may be alike.
    [GeneratedRegex(@"^\| .{60,}")]
    private static partial Regex Row();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
