using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Times;

namespace ActorKube.ApiServer.Kinds.Certificates;

/// <summary>The conditions of a signing request: those that decide, and the times that the server fills in.</summary>
internal static class RequestConditions
{
    /// <summary>Conditions that only <c>/approval</c> sets.</summary>
    public static readonly string[] Decisions = ["Approved", "Denied"];

    /// <summary>The conditions of one type, in their order.</summary>
    public static JsonObject[] Of(JsonObject request, string type) => [.. request.Object("status").Items("conditions").Select(static c => c.Item).Where(c => c.Text("type") == type)];

    /// <summary>Makes conditions of some types what they were, unless some were added or taken away.</summary>
    public static void Keep(JsonObject obj, JsonObject old, params ReadOnlySpan<string> types)
    {
        foreach (var type in types)
        {
            var (mine, kept) = (Of(obj, type), Of(old, type));
            if (mine.Length != kept.Length)
                continue;
            foreach (var (condition, before) in mine.Zip(kept))
                condition.ReplaceWith(before.DeepClone());
        }
    }

    /// <summary>Fills in when a condition was written and when it began to hold.</summary>
    public static void Stamp(JsonObject obj, JsonObject old, DateTimeOffset now)
    {
        foreach (var (_, condition) in obj.Object("status").Items("conditions"))
            Fill(condition, "lastUpdateTime", KubeTime.Format(now));
        StampTransitions(obj, old, now);
    }

    /// <summary>Fills in when a condition began to hold.</summary>
    public static void StampTransitions(JsonObject obj, JsonObject old, DateTimeOffset now)
    {
        foreach (var (_, condition) in obj.Object("status").Items("conditions"))
        {
            var same = Of(old, condition.Text("type") ?? "").FirstOrDefault(c => c.Text("status") == condition.Text("status") && !string.IsNullOrEmpty(c.Text("lastTransitionTime")));
            Fill(condition, "lastTransitionTime", same.Text("lastTransitionTime") ?? KubeTime.Format(now));
        }
    }

    private static void Fill(JsonObject condition, string field, string time)
    {
        if (string.IsNullOrEmpty(condition.Text(field)))
            condition[field] = time;
    }
}
