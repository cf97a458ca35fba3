using System.Collections.Immutable;
using System.Globalization;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>
/// Scripts written as pod annotations: <c>simulated.actorkube.io/run-for: 10s</c> is for every container of the pod, <c>simulated.actorkube.io/run-for.web: 10s</c> for
/// the container <c>web</c>, and wins. Durations are written as in Go (<c>1m30s</c>, <c>250ms</c>); a script that cannot be read is an error that names the annotation.
/// </summary>
internal static class ScriptAnnotations
{
    /// <summary>What all of the annotations start with.</summary>
    public const string Prefix = "simulated.actorkube.io/";

    /// <summary>The same as it stands in encoded objects.</summary>
    public static ReadOnlySpan<byte> PrefixBytes => "simulated.actorkube.io/"u8;

    private static readonly ImmutableDictionary<string, Func<SimulationScript, string, SimulationScript>> Settings =
        new Dictionary<string, Func<SimulationScript, string, SimulationScript>>
        {
            ["start-delay"] = (s, v) => s with { StartDelay = GoDuration.Parse(v) },
            ["start-error"] = (s, v) => s with { StartError = v },
            ["run-for"] = (s, v) => s with { RunFor = GoDuration.Parse(v) },
            ["exit-code"] = (s, v) => s with { ExitCode = Integer(v) },
            ["exit-reason"] = (s, v) => s with { ExitReason = v },
            ["stop-delay"] = (s, v) => s with { StopDelay = GoDuration.Parse(v) },
            ["stop-exit-code"] = (s, v) => s with { StopExitCode = Integer(v) },
            ["log"] = (s, v) => s with { Log = [.. v.TrimEnd('\n').Split('\n')] },
            ["log-interval"] = (s, v) => s with { LogInterval = Positive(GoDuration.Parse(v)) },
            ["ready-after"] = (s, v) => s with { ReadyAfter = GoDuration.Parse(v) },
            ["exec-delay"] = (s, v) => s with { ExecDelay = GoDuration.Parse(v) },
            ["exec-exit-code"] = (s, v) => s with { ExecExitCode = Integer(v) },
            ["exec-output"] = (s, v) => s with { ExecOutput = v },
            ["exec-error"] = (s, v) => s with { ExecError = v },
            ["pull-delay"] = (s, v) => s with { PullDelay = GoDuration.Parse(v) },
            ["pull-error"] = (s, v) => s with { PullError = v },
            ["sandbox-delay"] = (s, v) => s with { SandboxDelay = GoDuration.Parse(v) },
            ["sandbox-error"] = (s, v) => s with { SandboxError = v },
            ["cpu"] = (s, v) => s with { Cpu = ScriptedUse.Parse(v) },
            ["memory"] = (s, v) => s with { Memory = ScriptedUse.Parse(v) },
        }.ToImmutableDictionary();

    /// <summary>The names that may follow the prefix.</summary>
    public static IEnumerable<string> Names => Settings.Keys.Order(StringComparer.Ordinal);

    /// <summary>The script with what the annotations change in it.</summary>
    /// <param name="script">What holds without annotations.</param>
    /// <param name="annotations">The pod's annotations.</param>
    /// <param name="container">The container meant; empty for the pod as a whole.</param>
    public static SimulationScript Apply(SimulationScript script, ImmutableDictionary<string, string> annotations, string container)
    {
        var general = script;
        List<KeyValuePair<string, string>>? own = null;
        foreach (var annotation in annotations)
        {
            if (!annotation.Key.StartsWith(Prefix, StringComparison.Ordinal))
                continue;
            var name = annotation.Key[Prefix.Length..];
            var dot = name.IndexOf('.');
            if (dot < 0)
                general = Set(general, name, annotation);
            else if (name[(dot + 1)..] == container)
                (own ??= []).Add(new(name[..dot], annotation.Value));
        }
        return own is null ? general : own.Aggregate(general, (s, pair) => Set(s, pair.Key, new(Prefix + pair.Key + "." + container, pair.Value)));
    }

    private static SimulationScript Set(SimulationScript script, string name, KeyValuePair<string, string> annotation)
    {
        if (!Settings.TryGetValue(name, out var set))
            throw new RuntimeException(RuntimeErrorKind.InvalidArgument, $"annotation {annotation.Key}: unknown setting; known are {string.Join(", ", Names)}");
        try
        {
            return set(script, annotation.Value);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new RuntimeException(RuntimeErrorKind.InvalidArgument, $"annotation {annotation.Key}: \"{annotation.Value}\" cannot be read: {e.Message}", e);
        }
    }

    private static int Integer(string value) => int.Parse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    private static TimeSpan Positive(TimeSpan value) => value > TimeSpan.Zero ? value : throw new FormatException("must be longer than nothing");
}
