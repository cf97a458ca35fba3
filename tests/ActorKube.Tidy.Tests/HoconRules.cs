using System.Text.RegularExpressions;

namespace ActorKube.Tidy.Tests;

public sealed partial class HoconRules
{
    [Fact]
    public void Every_setting_is_explained_by_a_comment_above_it()
    {
        var unexplained =
            from file in Repository.Files("hocon", "*.conf")
            where !IsProfile(file)
            from setting in Unexplained(Repository.Lines(file))
            select $"{file}:{setting}";
        Assert.Empty(unexplained);
    }

    [Fact]
    public void Every_setting_of_ours_is_read_by_its_component()
    {
        var hosting = Repository.Projects("src").Select(p => Path.GetDirectoryName(p.File)! + "/Hosting")
            .Where(folder => Directory.Exists(Path.Combine(Repository.Root, folder)))
            .Select(folder => string.Concat(Repository.Sources(folder).Select(Repository.Text)))
            .ToArray();
        var unread =
            from file in Repository.Files("hocon", "*.conf")
            where !IsProfile(file)
            from setting in Settings(Repository.Lines(file))
            where setting.Section.StartsWith("actorkube.", StringComparison.Ordinal)
            where !hosting.Any(code => code.Contains($"\"{setting.Section}\"", StringComparison.Ordinal) && code.Contains($"\"{setting.Key}\"", StringComparison.Ordinal))
            select $"{file}: {setting.Key}";
        Assert.Empty(unread);
    }

    [Fact]
    public void A_file_of_defaults_is_part_of_the_project_that_reads_it()
    {
        var projects = string.Concat(Repository.Projects("src").Select(p => Repository.Text(p.File)));
        var loose = Repository.Files("hocon", "*.conf").Where(f => !IsProfile(f) && !projects.Contains($"../../{f}\"", StringComparison.Ordinal));
        Assert.Empty(loose);
    }

    private static bool IsProfile(string file) => file.Contains("/profiles/", StringComparison.Ordinal);

    // A setting is a line with '=' at the top of a statement; what follows it inside brackets belongs to it.
    private static IEnumerable<int> Unexplained(string[] lines)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            var isSetting = !line.StartsWith('#') && line.Contains('=') && !line.StartsWith('"');
            if (isSetting && (i == 0 || !lines[i - 1].TrimStart().StartsWith('#')))
                yield return i + 1;
        }
    }

    // The section is the outermost object of a file; keys are paths below it.
    private static IEnumerable<(string Section, string Key)> Settings(string[] lines)
    {
        var open = new List<string>();
        foreach (var line in lines.Select(l => l.Trim()).Where(l => !l.StartsWith('#')))
            if (line.EndsWith('{'))
                open.Add(line[..^1].Trim());
            else if (line == "}")
                open.RemoveAt(open.Count - 1);
            else if (open.Count > 0 && Setting().Match(line) is { Success: true } setting)
                yield return (open[0], string.Join('.', open.Skip(1).Append(setting.Groups[1].Value)));
    }

    [GeneratedRegex(@"^([\w.-]+)\s*(?:=|\{\s*\})")]
    private static partial Regex Setting();
}
