using System.Text.Json;
using ActorKube.Api.Objects;
using k8s;

namespace ActorKube.NodeAgent.Pods;

/// <summary>Typed, read-only views of stored objects.</summary>
internal static class TypedObject
{
    /// <summary>How the types of the KubernetesClient package are read; never to be changed.</summary>
    public static readonly JsonSerializerOptions Options = FindOptions();

    /// <summary>Parses an object.</summary>
    /// <exception cref="JsonException">The object does not have that type's shape.</exception>
    public static T Read<T>(StoredObject item) => JsonSerializer.Deserialize<T>(item.Json.Span, Options)!;

    // The package's own methods take streams and strings only; the one that lets others change its options hands them out.
    private static JsonSerializerOptions FindOptions()
    {
        JsonSerializerOptions? found = null;
        KubernetesJson.AddJsonOptions(options => found = options);
        return found!;
    }
}
