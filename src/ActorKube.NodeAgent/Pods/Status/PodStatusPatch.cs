using System.Collections.Immutable;
using System.Text.Json;
using ActorKube.Api.Json;
using ActorKube.Machinery.Objects;

namespace ActorKube.NodeAgent.Pods.Status;

/// <summary>
/// The strategic merge patch from one status to the next. Conditions and addresses are merged by key, so conditions of other owners stay; container
/// statuses have no merge key and go as whole lists. The uid makes sure that no other incarnation of the name is patched.
/// </summary>
internal static class PodStatusPatch
{
    /// <summary>The patch; null when nothing differs.</summary>
    public static byte[]? Write(string uid, PodStatusView? before, PodStatusView after)
    {
        if (before is not null && Same(before, after))
            return null;
        return JsonEncoder.Encode((uid, before, after), static (json, it) =>
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteString("uid", it.uid);
            json.WriteEndObject();
            json.WriteStartObject("status");
            WriteFields(json, it.before, it.after);
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    /// <summary>Whether two statuses say the same.</summary>
    public static bool Same(PodStatusView a, PodStatusView b) =>
        a.Phase == b.Phase && a.Reason == b.Reason && a.Message == b.Message && a.StartTime == b.StartTime && a.ObservedGeneration == b.ObservedGeneration
        && Equal(a.HostIps, b.HostIps) && Equal(a.PodIps, b.PodIps) && Equal(a.Conditions, b.Conditions) && Equal(a.Init, b.Init) && Equal(a.Regular, b.Regular) && Equal(a.Ephemeral, b.Ephemeral);

    private static bool Equal<T>(ImmutableArray<T> a, ImmutableArray<T> b)
        where T : class => a.AsSpan().SequenceEqual(b.AsSpan());

    private static void WriteFields(Utf8JsonWriter json, PodStatusView? before, PodStatusView after)
    {
        if (after.ObservedGeneration > 0 && before?.ObservedGeneration != after.ObservedGeneration)
            json.WriteNumber("observedGeneration", after.ObservedGeneration);
        if (before?.Phase != after.Phase)
            json.WriteString("phase", after.Phase);
        WriteText(json, "reason", before?.Reason ?? "", after.Reason);
        WriteText(json, "message", before?.Message ?? "", after.Message);
        WriteAddresses(json, "hostIP", "hostIPs", before?.HostIps ?? [], after.HostIps);
        WriteAddresses(json, "podIP", "podIPs", before?.PodIps ?? [], after.PodIps);
        if (before?.StartTime != after.StartTime && after.StartTime is { } start)
            JsonWriting.WriteTime(json, "startTime"u8, start);
        if (before is null || !Equal(before.Conditions, after.Conditions) || before.ObservedGeneration != after.ObservedGeneration)
            WriteConditions(json, before, after);
        if (after.Init.Length > 0 && (before is null || !Equal(before.Init, after.Init)))
            StatusJson.WriteContainers(json, "initContainerStatuses", after.Init);
        if (!Equal(before?.Regular ?? [], after.Regular))
            StatusJson.WriteContainers(json, "containerStatuses", after.Regular);
        if (after.Ephemeral.Length > 0 && (before is null || !Equal(before.Ephemeral, after.Ephemeral)))
            StatusJson.WriteContainers(json, "ephemeralContainerStatuses", after.Ephemeral);
    }

    private static void WriteText(Utf8JsonWriter json, string name, string before, string after)
    {
        if (before == after)
            return;
        if (after.Length == 0)
            json.WriteNull(name);
        else
            json.WriteString(name, after);
    }

    private static void WriteAddresses(Utf8JsonWriter json, string single, string list, ImmutableArray<string> before, ImmutableArray<string> after)
    {
        if (Equal(before, after))
            return;
        WriteText(json, single, before.FirstOrDefault() ?? "", after.FirstOrDefault() ?? "");
        json.WriteStartArray(list);
        foreach (var old in before)
            if (!after.Contains(old))
            {
                json.WriteStartObject();
                json.WriteString("$patch", "delete");
                json.WriteString("ip", old);
                json.WriteEndObject();
            }
        foreach (var ip in after)
        {
            json.WriteStartObject();
            json.WriteString("ip", ip);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteConditions(Utf8JsonWriter json, PodStatusView? before, PodStatusView after)
    {
        json.WriteStartArray("conditions");
        foreach (var gone in before?.Conditions ?? [])
            if (!after.Conditions.Any(c => c.Type == gone.Type))
            {
                json.WriteStartObject();
                json.WriteString("$patch", "delete");
                json.WriteString("type", gone.Type);
                json.WriteEndObject();
            }
        foreach (var condition in after.Conditions)
        {
            var old = before?.Conditions.FirstOrDefault(c => c.Type == condition.Type);
            if (condition != old || before!.ObservedGeneration != after.ObservedGeneration)
                StatusJson.WriteCondition(json, condition, old, after.ObservedGeneration);
        }
        json.WriteEndArray();
    }
}
