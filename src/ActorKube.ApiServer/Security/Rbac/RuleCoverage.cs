using System.Collections.Immutable;

namespace ActorKube.ApiServer.Security.Rbac;

/// <summary>Whether what some rules allow is contained in what others allow: the question behind every check against escalation.</summary>
internal static class RuleCoverage
{
    /// <summary>The parts of <paramref name="wanted"/> that <paramref name="held"/> does not allow, each with one verb on one resource; empty when all are held.</summary>
    public static IReadOnlyList<PolicyRule> Missing(IReadOnlyCollection<PolicyRule> held, IEnumerable<PolicyRule> wanted) =>
        [.. wanted.SelectMany(Split).Distinct().Where(part => !held.Any(h => Covers(h, part)))];

    /// <summary>Joins parts about the same resource, for people: the verbs of one rule instead of a rule per verb.</summary>
    public static IReadOnlyList<PolicyRule> Join(IEnumerable<PolicyRule> parts)
    {
        var joined = new List<PolicyRule>();
        var simple = new Dictionary<(string Group, string Resource), int>();
        foreach (var part in parts)
        {
            if (part is not { ApiGroups: [var group], Resources: [var resource], ResourceNames.Length: 0, NonResourceUrls.Length: 0 })
                joined.Add(part);
            else if (simple.TryGetValue((group, resource), out var index))
                joined[index] = joined[index] with { Verbs = joined[index].Verbs.AddRange(part.Verbs) };
            else
            {
                simple[(group, resource)] = joined.Count;
                joined.Add(part);
            }
        }
        return joined;
    }

    private static IEnumerable<PolicyRule> Split(PolicyRule rule)
    {
        foreach (var verb in rule.Verbs)
        {
            foreach (var group in rule.ApiGroups)
                foreach (var resource in rule.Resources)
                {
                    var part = new PolicyRule { Verbs = [verb], ApiGroups = [group], Resources = [resource] };
                    if (rule.ResourceNames.Length == 0)
                        yield return part;
                    foreach (var name in rule.ResourceNames)
                        yield return part with { ResourceNames = [name] };
                }
            foreach (var path in rule.NonResourceUrls)
                yield return new PolicyRule { Verbs = [verb], NonResourceUrls = [path] };
        }
    }

    private static bool Covers(PolicyRule held, PolicyRule part)
    {
        if (!HasOrAll(held.Verbs, part.Verbs[0]))
            return false;
        if (part.NonResourceUrls is [var path])
            return held.NonResourceUrls.Any(h => CoversPath(h, path));
        return HasOrAll(held.ApiGroups, part.ApiGroups[0])
            && held.Resources.Any(h => CoversResource(h, part.Resources[0]))
            && (held.ResourceNames.Length == 0 || (part.ResourceNames is [var name] && held.ResourceNames.Contains(name)));
    }

    private static bool HasOrAll(ImmutableArray<string> list, string value) => list.Contains("*") || list.Contains(value);

    private static bool CoversResource(string held, string part)
    {
        if (held == "*" || held == part)
            return true;
        var slash = part.IndexOf('/', StringComparison.Ordinal);
        return slash >= 0 && held.StartsWith("*/", StringComparison.Ordinal) && held.AsSpan(2).SequenceEqual(part.AsSpan(slash + 1));
    }

    private static bool CoversPath(string held, string part) =>
        held == part || (held.EndsWith('*') && part.AsSpan().StartsWith(held.AsSpan().TrimEnd('*'), StringComparison.Ordinal));
}
