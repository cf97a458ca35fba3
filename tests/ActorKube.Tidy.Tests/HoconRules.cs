namespace ActorKube.Tidy.Tests;

public sealed class HoconRules
{
    [Fact]
    public void Every_setting_is_explained_by_a_comment_above_it()
    {
        var unexplained =
            from file in Repository.Files("hocon", "*.conf")
            where !file.Contains("/profiles/")
            from setting in Unexplained(Repository.Lines(file))
            select $"{file}:{setting}";
        Assert.Empty(unexplained);
    }

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
}
