using System.Buffers;
using System.Text.Json;
using ActorKube.Machinery.Client;
using ActorKube.Machinery.Objects;
using ActorKube.Scheduler.Framework;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Plugins;

/// <summary>Binds with a <c>Binding</c> posted to the pod, for this incarnation of it only.</summary>
internal sealed class DefaultBinder : IBindPlugin
{
    public string Name => PluginNames.DefaultBinder;

    public async ValueTask<Status> BindAsync(BindContext context, CycleState state, PodInfo pod, string node, CancellationToken cancel)
    {
        await context.Client.CreateAsync(ObjectAddress.Of(WellKnownResources.Pods, pod.Key, "binding"), Body(pod, node), context.Options, cancel);
        return Status.Success;
    }

    private static ReadOnlyMemory<byte> Body(PodInfo pod, string node)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, JsonWriting.Options);
        json.WriteStartObject();
        json.WriteString("apiVersion"u8, "v1"u8);
        json.WriteString("kind"u8, "Binding"u8);
        json.WriteStartObject("metadata"u8);
        json.WriteString("name"u8, pod.Key.Name);
        json.WriteString("namespace"u8, pod.Key.Namespace);
        json.WriteString("uid"u8, pod.Uid);
        json.WriteEndObject();
        json.WriteStartObject("target"u8);
        json.WriteString("kind"u8, "Node"u8);
        json.WriteString("name"u8, node);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
