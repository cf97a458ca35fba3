namespace ActorKube.Tidy.Tests;

public sealed class RootLayout
{
    private static readonly string[] Expected = ["src", "tests", "hocon", "docker", "ActorKube.sln", "README.md", "LICENSE", "global.json"];

    [Fact]
    public void The_root_holds_nothing_but_the_fixed_entries()
    {
        var strangers = Directory.EnumerateFileSystemEntries(Repository.Root)
            .Select(e => Path.GetFileName(e))
            .Where(name => !name.StartsWith('.') && !name.StartsWith("Directory.", StringComparison.Ordinal) && !Expected.Contains(name) && name is not ("data" or "TestResults"));
        Assert.Empty(strangers);
    }
}
