using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads;

/// <summary>
/// Names such as <c>generateName</c> gives, but drawn from what is known rather than by chance: a successor that knows the same comes to the same names, and nothing is created twice.
/// </summary>
internal static class GeneratedNames
{
    /// <summary>Longest beginning: the end is five letters, the whole fits into a label.</summary>
    public const int MaxPrefix = 58;

    /// <summary>An endless sequence of names.</summary>
    /// <param name="prefix">How they begin; cut where it is too long.</param>
    /// <param name="seed">Differs whenever the situation does.</param>
    /// <param name="taken">Names that are in use.</param>
    /// <param name="from">How many of the sequence are left out.</param>
    public static IEnumerable<string> Of(string prefix, ulong seed, Func<string, bool> taken, ulong from = 0)
    {
        if (prefix.Length > MaxPrefix)
            prefix = prefix[..MaxPrefix];
        var used = new HashSet<string>();
        for (var number = from; ; number++)
        {
            var name = prefix + SafeNames.Suffix(SafeNames.Mix(seed + number));
            if (used.Add(name) && !taken(name))
                yield return name;
        }
    }
}
