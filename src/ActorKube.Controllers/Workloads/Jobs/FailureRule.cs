using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads.Jobs;

/// <summary>What to do about a failed pod.</summary>
internal enum FailureAction
{
    /// <summary>Count it, as without a policy.</summary>
    Count,

    /// <summary>Replace it without counting.</summary>
    Ignore,

    /// <summary>Give its index up.</summary>
    FailIndex,

    /// <summary>Give the job up.</summary>
    FailJob,
}

/// <summary>What a policy says about a failed pod, and why.</summary>
internal readonly record struct FailureVerdict(FailureAction Action, string Message);

/// <summary>One rule of <c>spec.podFailurePolicy</c>.</summary>
internal sealed record FailureRule(FailureAction Action)
{
    /// <summary>The container whose exit code counts; null for any.</summary>
    public string? Container { get; init; }

    /// <summary>Whether the codes are those that do not match.</summary>
    public bool IsNotIn { get; init; }

    /// <summary>Null for a rule about conditions.</summary>
    public ImmutableArray<int>? ExitCodes { get; init; }

    public ImmutableArray<(string Type, string Status)> Conditions { get; init; } = [];

    public static FailureRule Read(JsonNode rule)
    {
        var codes = rule.At("onExitCodes");
        return new FailureRule(Enum.TryParse<FailureAction>(rule.Text("action"), out var action) ? action : FailureAction.Count)
        {
            Container = codes.Text("containerName") is { Length: > 0 } name ? name : null,
            IsNotIn = codes.Text("operator") == "NotIn",
            ExitCodes = codes is null ? null : [.. codes.Items("values").Select(v => v.Int() ?? 0)],
            Conditions = [.. rule.Items("onPodConditions").Select(c => (c.Text("type"), c.Text("status") is { Length: > 0 } status ? status : "True"))],
        };
    }

    /// <summary>The first rule that matches a failed pod decides; without one it counts.</summary>
    public static FailureVerdict Judge(ImmutableArray<FailureRule> rules, JobPodView pod)
    {
        for (var i = 0; i < rules.Length; i++)
            if (rules[i].Match(pod) is { } why)
                return new FailureVerdict(rules[i].Action, $"{why} matching {rules[i].Action} rule at index {i}");
        return new FailureVerdict(FailureAction.Count, "");
    }

    private string? Match(JobPodView pod)
    {
        if (ExitCodes is { } codes)
        {
            foreach (var end in pod.Ends)
                if (end.ExitCode != 0 && (Container is null || Container == end.Container) && codes.Contains(end.ExitCode) != IsNotIn)
                    return $"Container {end.Container} for pod {pod.Object.Key} failed with exit code {end.ExitCode}";
            return null;
        }
        foreach (var condition in Conditions)
            if (pod.Conditions.Contains(condition))
                return $"Pod {pod.Object.Key} has condition {condition.Type}";
        return null;
    }
}
