using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Runtimes.Simulated;

/// <summary>Label filters of list calls.</summary>
internal static class Labels
{
    public static bool Match(ImmutableDictionary<string, string> wanted, ImmutableDictionary<string, string> labels)
    {
        foreach (var pair in wanted)
        {
            if (!labels.TryGetValue(pair.Key, out var value) || value != pair.Value)
                return false;
        }
        return true;
    }
}
