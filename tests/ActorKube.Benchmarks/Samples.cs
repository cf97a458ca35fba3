using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;

namespace ActorKube.Benchmarks;

/// <summary>Config maps of a kilobyte, the size that the figures are about.</summary>
internal static class Samples
{
    public static readonly ResourceId ConfigMaps = ResourceId.Root(new GroupResource("", "configmaps"));
    private static readonly string Payload = new('x', 900);

    /// <summary>As a client sends it.</summary>
    public static byte[] Body(string name) => Encoding.UTF8.GetBytes(
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"app":"load"}},"data":{"payload":"{{{Payload}}}"}}""");

    /// <summary>As the pipeline hands it to the store.</summary>
    public static EncodedTemplate Content(string name)
    {
        var head = $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"{{{name}}}","namespace":"default","uid":"u","labels":{"app":"load"},"resourceVersion":" """.TrimEnd();
        var tail = $$$"""
            "},"data":{"payload":"{{{Payload}}}"}}
            """;
        return new EncodedTemplate(Encoding.UTF8.GetBytes(head + tail), Encoding.UTF8.GetByteCount(head));
    }

    public static ObjectKey Key(string name) => new("default", name);
}
