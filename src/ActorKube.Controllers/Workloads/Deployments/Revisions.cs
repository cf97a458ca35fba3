using System.Globalization;

namespace ActorKube.Controllers.Workloads.Deployments;

/// <summary>The annotations by which a Deployment keeps its history in its sets.</summary>
internal static class Revisions
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string Desired = "deployment.kubernetes.io/desired-replicas";
    public const string Max = "deployment.kubernetes.io/max-replicas";
    private const string History = "deployment.kubernetes.io/revision-history";
    private const int MaxHistoryLength = 2000;

    // What belongs to one object alone is not handed on.
    private static readonly HashSet<string> NotCopied =
    [
        "kubectl.kubernetes.io/last-applied-configuration", Revision, History, Desired, Max, Rollback.To,
    ];

    /// <summary>Whether an annotation passes between a deployment and its sets.</summary>
    public static bool IsShared(string annotation) => !NotCopied.Contains(annotation);

    /// <summary>The revision in a set's annotations; 0 when absent or malformed.</summary>
    public static long Of(IReadOnlyDictionary<string, string> annotations) =>
        annotations.TryGetValue(Revision, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    /// <summary>A number in a set's annotations; null when absent or malformed.</summary>
    public static int? NumberOf(IReadOnlyDictionary<string, string> annotations, string key) =>
        annotations.TryGetValue(key, out var text) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>
    /// The annotations the newest set should have: the deployment's own, and the revision, which only ever grows. A set that becomes the newest again (an undo) remembers which revisions it was.
    /// </summary>
    public static Dictionary<string, string> ForNewest(IReadOnlyDictionary<string, string> deployment, IReadOnlyDictionary<string, string> set, long revision)
    {
        var wanted = set.ToDictionary();
        foreach (var (key, value) in deployment)
            if (IsShared(key))
                wanted[key] = value;
        var before = Of(set);
        if (before >= revision)
            return wanted;
        wanted[Revision] = revision.ToString(CultureInfo.InvariantCulture);
        if (set.TryGetValue(Revision, out var old))
            wanted[History] = Remember(wanted.GetValueOrDefault(History, ""), old);
        return wanted;
    }

    private static string Remember(string history, string revision)
    {
        var all = history.Length == 0 ? [] : history.Split(',').ToList();
        all.Add(revision);
        while (all.Count > 1 && all.Sum(r => r.Length + 1) - 1 > MaxHistoryLength)
            all.RemoveAt(0);
        return string.Join(',', all);
    }
}
