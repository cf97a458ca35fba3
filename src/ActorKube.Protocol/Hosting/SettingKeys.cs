using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorKube.Protocol.Hosting;

/// <summary>The keys of a HOCON document as dotted paths.</summary>
public static class SettingKeys
{
    /// <summary>Every path that ends in a value, in order of the document. An object with nothing in it counts as a value: its members are free.</summary>
    public static IEnumerable<string> Of(Config config) => config.IsEmpty ? [] : Of(config.Root, "");

    /// <summary>True when a document may set a key: the reference has it, or an object above it whose members are free.</summary>
    /// <param name="known">Keys of the reference.</param>
    /// <param name="key">The key in question.</param>
    public static bool Knows(this IReadOnlySet<string> known, string key)
    {
        if (known.Contains(key))
            return true;
        for (var dot = key.LastIndexOf('.'); dot > 0; dot = key.LastIndexOf('.', dot - 1))
            if (known.Contains(key[..dot] + FreeMembers))
                return true;
        return false;
    }

    // Behind the path of an object that the reference leaves empty.
    private const string FreeMembers = ".*";

    private static IEnumerable<string> Of(HoconValue value, string path)
    {
        if (!value.IsObject())
        {
            yield return path;
            yield break;
        }
        var members = value.GetObject().Items;
        if (members.Count == 0 && path.Length > 0)
            yield return path + FreeMembers;
        foreach (var (key, member) in members)
            foreach (var inner in Of(member, path.Length == 0 ? key : $"{path}.{key}"))
                yield return inner;
    }
}
