namespace ActorKube.Tidy.Tests;

/// <summary>The files of the repository, as the checks read them.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>Hand-written C# files below a folder, as paths relative to the root with forward slashes.</summary>
    public static IEnumerable<string> Sources(string folder) =>
        Files(folder, "*.cs");

    /// <summary>Files below a folder that are not products of a build.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f => !f.Contains("/bin/") && !f.Contains("/obj/"))
            .Order(StringComparer.Ordinal);

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    /// <summary>Projects below a folder: name and path of the project file.</summary>
    public static IEnumerable<(string Name, string File)> Projects(string folder) =>
        Files(folder, "*.csproj").Select(f => (Path.GetFileNameWithoutExtension(f), f));

    /// <summary>Lines of C# that are code: comments left out.</summary>
    public static IEnumerable<(int Number, string Line)> Code(string file)
    {
        var number = 0;
        foreach (var line in Lines(file))
        {
            number++;
            var code = line.TrimStart();
            if (!code.StartsWith("//", StringComparison.Ordinal) && !code.StartsWith('*'))
                yield return (number, line);
        }
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "ActorKube.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests have to run below the repository's root.");
        return folder;
    }
}
