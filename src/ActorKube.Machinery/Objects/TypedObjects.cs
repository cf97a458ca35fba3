using ActorKube.Api.Objects;
using k8s;

namespace ActorKube.Machinery.Objects;

/// <summary>Reads stored objects as the types of the KubernetesClient package.</summary>
public static class TypedObjects
{
    /// <summary>
    /// The object as a typed view. For reading only: unknown fields are lost. The first reader of a type costs hundreds of milliseconds (a pod: 330 ms), each further object half a
    /// millisecond before the code is optimised, and many allocations: where start-up or volume matters, use a lean view (<see cref="Informers.IObjectView{T}"/>).
    /// </summary>
    public static T Typed<T>(this StoredObject item) => KubernetesJson.Deserialize<T>(new MemoryStream(item.Json.ToArray(), writable: false));
}
