using System.Collections.Immutable;
using System.Text.Json;
using ActorKube.Machinery.Objects;

namespace ActorKube.NodeAgent.Pods.Status;

/// <summary>Writes parts of a status as JSON.</summary>
internal static class StatusJson
{
    public static void WriteContainers(Utf8JsonWriter json, string name, ImmutableArray<ContainerStatusView> statuses)
    {
        json.WriteStartArray(name);
        foreach (var status in statuses)
            WriteContainer(json, status);
        json.WriteEndArray();
    }

    /// <summary>A condition in a merged list: what it had before and has no longer is set to null, else it would stay.</summary>
    public static void WriteCondition(Utf8JsonWriter json, PodConditionView condition, PodConditionView? old, long generation)
    {
        json.WriteStartObject();
        json.WriteString("type", condition.Type);
        if (generation > 0)
            json.WriteNumber("observedGeneration", generation);
        json.WriteString("status", condition.Status ? "True" : "False");
        if (old is null)
            json.WriteNull("lastProbeTime");
        JsonWriting.WriteTime(json, "lastTransitionTime"u8, condition.Transition);
        WriteOptional(json, "reason", old?.Reason, condition.Reason);
        WriteOptional(json, "message", old?.Message, condition.Message);
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? before, string after)
    {
        if (after.Length > 0)
            json.WriteString(name, after);
        else if (!string.IsNullOrEmpty(before))
            json.WriteNull(name);
    }

    private static void WriteContainer(Utf8JsonWriter json, ContainerStatusView status)
    {
        json.WriteStartObject();
        json.WriteString("name", status.Name);
        json.WriteStartObject("state");
        WriteState(json, status.State);
        json.WriteEndObject();
        json.WriteStartObject("lastState");
        if (status.LastState is not null)
            WriteState(json, status.LastState);
        json.WriteEndObject();
        json.WriteBoolean("ready", status.Ready);
        json.WriteNumber("restartCount", status.RestartCount);
        json.WriteString("image", status.Image);
        json.WriteString("imageID", status.ImageId);
        if (status.ContainerId.Length > 0)
            json.WriteString("containerID", status.ContainerId);
        json.WriteBoolean("started", status.Started);
        if (status.Spec is { } spec)
            WriteSpec(json, spec);
        if (status.User is { } user)
            WriteUser(json, user);
        json.WriteEndObject();
    }

    private static void WriteSpec(Utf8JsonWriter json, SpecStatus spec)
    {
        WriteRaw(json, "allocatedResources", spec.Allocated);
        WriteRaw(json, "resources", spec.Resources);
        WriteRaw(json, "volumeMounts", spec.Mounts);
    }

    private static void WriteRaw(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length == 0)
            return;
        json.WritePropertyName(name);
        json.WriteRawValue(value, skipInputValidation: true);
    }

    private static void WriteUser(Utf8JsonWriter json, UserStatus user)
    {
        json.WriteStartObject("user");
        json.WriteStartObject("linux");
        json.WriteNumber("uid", user.Uid);
        json.WriteNumber("gid", user.Gid);
        WriteRaw(json, "supplementalGroups", user.Groups.Length > 0 ? $"[{user.Groups}]" : "");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteState(Utf8JsonWriter json, ContainerStateView state)
    {
        switch (state)
        {
            case WaitingState waiting:
                json.WriteStartObject("waiting");
                WriteNonEmpty(json, "reason", waiting.Reason);
                WriteNonEmpty(json, "message", waiting.Message);
                break;
            case RunningState running:
                json.WriteStartObject("running");
                WriteTime(json, "startedAt"u8, running.StartedAt);
                break;
            case TerminatedState terminated:
                json.WriteStartObject("terminated");
                json.WriteNumber("exitCode", terminated.ExitCode);
                WriteNonEmpty(json, "reason", terminated.Reason);
                WriteNonEmpty(json, "message", terminated.Message);
                WriteTime(json, "startedAt"u8, terminated.StartedAt);
                WriteTime(json, "finishedAt"u8, terminated.FinishedAt);
                WriteNonEmpty(json, "containerID", terminated.ContainerId);
                break;
            default:
                throw new InvalidOperationException($"Unknown container state {state.GetType().Name}.");
        }
        json.WriteEndObject();
    }

    private static void WriteNonEmpty(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0)
            json.WriteString(name, value);
    }

    private static void WriteTime(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } t)
            JsonWriting.WriteTime(json, name, t);
        else
            json.WriteNull(name);
    }
}
