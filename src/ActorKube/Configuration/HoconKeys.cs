using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorKube.Configuration;

/// <summary>The keys of a HOCON document as dotted paths.</summary>
internal static class HoconKeys
{
    /// <summary>Every path that ends in a value, in order of the document.</summary>
    public static IEnumerable<string> Of(Config config) => config.IsEmpty ? [] : Of(config.Root, "");

    private static IEnumerable<string> Of(HoconValue value, string path)
    {
        if (!value.IsObject())
        {
            yield return path;
            yield break;
        }
        foreach (var (key, member) in value.GetObject().Items)
            foreach (var inner in Of(member, path.Length == 0 ? key : $"{path}.{key}"))
                yield return inner;
    }
}
