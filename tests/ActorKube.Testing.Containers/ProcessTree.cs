namespace ActorKube.Testing.Containers;

/// <summary>The machine's processes, from /proc.</summary>
internal static class ProcessTree
{
    /// <summary>The processes whose command line contains the text, and all their descendants, the latter last.</summary>
    public static List<int> FindWithDescendants(string commandLineText)
    {
        var parents = new Dictionary<int, int>();
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), out var id))
                continue;
            if (Read(directory, "stat") is { } stat && Parent(stat) is { } parent)
                parents[id] = parent;
            if (id != Environment.ProcessId && Read(directory, "cmdline")?.Contains(commandLineText, StringComparison.Ordinal) == true)
                found.Add(id);
        }
        for (var i = 0; i < found.Count; i++)
            found.AddRange(parents.Where(p => p.Value == found[i] && !found.Contains(p.Key)).Select(p => p.Key).ToList());
        return found;
    }

    // The name, in parentheses, may contain anything; the parent is the second field after it.
    private static int? Parent(string stat) =>
        stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var parent, ..] && int.TryParse(parent, out var id) ? id : null;

    private static string? Read(string directory, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(directory, file));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
