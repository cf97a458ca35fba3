using System.Runtime.InteropServices;
using ActorKube.Api.Objects;
using k8s;

namespace ActorKube.NodeAgent.Pods;

/// <summary>Typed, read-only views of stored objects.</summary>
internal static class TypedObject
{
    /// <summary>Parses an object.</summary>
    /// <exception cref="System.Text.Json.JsonException">The object does not have that type's shape.</exception>
    public static T Read<T>(StoredObject item)
    {
        var bytes = MemoryMarshal.TryGetArray(item.Json, out var segment) ? segment : new ArraySegment<byte>(item.Json.ToArray());
        using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        return KubernetesJson.Deserialize<T>(stream);
    }
}
