using System.Buffers;
using System.Text.Json;
using ActorKube.Api.Times;
using ActorKube.Machinery.Objects;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>Condition <c>PodScheduled=False</c>, as a strategic merge patch of a pod's status.</summary>
internal static class ConditionPatch
{
    /// <summary>Whether the pod's status says all this already, so that nothing has to be written.</summary>
    public static bool IsThere(PodInfo pod, string reason, string message) =>
        pod.Scheduled is { Status: "False" } now && now.Reason == reason && now.Message == message;

    /// <summary>The patch, good for this incarnation of the pod only. The time of the last change stays when the condition was False before.</summary>
    public static ReadOnlyMemory<byte> Create(PodInfo pod, string reason, string message, DateTimeOffset now)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var json = new Utf8JsonWriter(buffer, JsonWriting.Options);
        json.WriteStartObject();
        json.WriteStartObject("metadata"u8);
        json.WriteString("uid"u8, pod.Uid);
        json.WriteEndObject();
        json.WriteStartObject("status"u8);
        json.WriteStartArray("conditions"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "PodScheduled"u8);
        json.WriteString("status"u8, "False"u8);
        json.WriteNumber("observedGeneration"u8, pod.Object.Head.Generation);
        json.WriteNull("lastProbeTime"u8);
        json.WriteString("lastTransitionTime"u8, pod.Scheduled is { Status: "False", Since.Length: > 0 } before ? before.Since : KubeTime.Format(now));
        json.WriteString("reason"u8, reason);
        json.WriteString("message"u8, message);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
