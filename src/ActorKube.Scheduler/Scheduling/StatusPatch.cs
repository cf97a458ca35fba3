using System.Text.Json;
using ActorKube.Api.Json;
using ActorKube.Api.Times;
using ActorKube.Scheduler.Indices;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>What the scheduler says in a pod's status, as strategic merge patches that are good for one incarnation of the pod only.</summary>
internal static class StatusPatch
{
    /// <summary>Whether the pod's status says all this already, so that nothing has to be written.</summary>
    public static bool IsThere(PodInfo pod, string reason, string message) =>
        pod.NominatedNode.Length == 0 && pod.Scheduled is { Status: "False" } now && now.Reason == reason && now.Message == message;

    /// <summary>Condition <c>PodScheduled=False</c>, and no node that the pod is expected to come to. The time of the last change stays when the condition was False before.</summary>
    public static ReadOnlyMemory<byte> NotScheduled(PodInfo pod, string reason, string message, DateTimeOffset now) => Of(pod, json =>
    {
        json.WriteNull("nominatedNodeName"u8);
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
    });

    /// <summary>The node that the pod is expected to come to.</summary>
    public static ReadOnlyMemory<byte> Nominated(PodInfo pod, string node) => Of(pod, json => json.WriteString("nominatedNodeName"u8, node));

    private static ReadOnlyMemory<byte> Of(PodInfo pod, Action<Utf8JsonWriter> write) => JsonEncoder.Encode((pod, write), static (json, it) =>
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata"u8);
        json.WriteString("uid"u8, it.pod.Uid);
        json.WriteEndObject();
        json.WriteStartObject("status"u8);
        it.write(json);
        json.WriteEndObject();
        json.WriteEndObject();
    });
}
