using System.Text;

namespace ActorKube.NodeAgent.Pods;

/// <summary>
/// Tells whether a container still fits its spec. Like upstream since 1.31 it covers name and image only: the other fields cannot change while the
/// pod lives, and hashing them would restart every container when a new release adds a field.
/// </summary>
internal static class ContainerHash
{
    private const uint OffsetBasis = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>FNV-1a over name and image.</summary>
    public static uint Of(string name, string image) => Add(Add(Add(OffsetBasis, name), "\n"), image);

    private static uint Add(uint hash, string text)
    {
        Span<byte> buffer = stackalloc byte[512];
        var bytes = Encoding.UTF8.GetMaxByteCount(text.Length) <= buffer.Length ? buffer : new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        foreach (var b in bytes[..length])
            hash = (hash ^ b) * Prime;
        return hash;
    }
}
