namespace ActorKube.EndToEnd.Tests.Processes;

/// <summary>The kubectls of other versions on this machine: <c>kubectl.1.NN</c> beside the real file behind the one on PATH.</summary>
internal static class KubectlVersions
{
    /// <summary>What stands in a test's rows where there is none.</summary>
    public const string None = "none";

    /// <summary>Why there is nothing to run.</summary>
    public const string Missing = "there are no kubectl.1.NN beside the kubectl on PATH";

    /// <summary>Their names, the oldest first; <see cref="None"/> alone where there are none.</summary>
    public static IReadOnlyList<string> Names { get; } = Find() is { Count: > 0 } found ? found : [None];

    /// <summary>The file of one of them.</summary>
    public static string Path(string name) => System.IO.Path.Combine(Directory()!, name);

    private static List<string> Find() =>
        Directory() is { } directory
            ? [.. System.IO.Directory.EnumerateFiles(directory, "kubectl.1.*").Select(f => System.IO.Path.GetFileName(f)).Order(StringComparer.Ordinal)]
            : [];

    private static string? Directory()
    {
        var onPath = Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(static p => System.IO.Path.Combine(p, "kubectl")).FirstOrDefault(File.Exists);
        return onPath is null ? null : System.IO.Path.GetDirectoryName(File.ResolveLinkTarget(onPath, returnFinalTarget: true)?.FullName ?? onPath);
    }
}
