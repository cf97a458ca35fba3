using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.Controllers.Workloads;

/// <summary>One entry of <c>status.conditions</c>.</summary>
internal sealed record Condition(string Type, string Status, string Reason, string Message, DateTimeOffset? LastTransition, DateTimeOffset? LastUpdate = null)
{
    public bool IsTrue => Status == "True";

    public static ImmutableArray<Condition> Read(JsonNode? status) =>
        [.. status.Items("conditions").Select(c => new Condition(
            c.Text("type"), c.Text("status"), c.Text("reason"), c.Text("message"), c.Time("lastTransitionTime"), c.Time("lastUpdateTime")))];

    public static void Write(Utf8JsonWriter json, ImmutableArray<Condition> conditions)
    {
        if (conditions.IsEmpty)
            return;
        json.WriteStartArray("conditions"u8);
        foreach (var condition in conditions)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, condition.Type);
            json.WriteString("status"u8, condition.Status);
            if (condition.LastUpdate is { } update)
                json.WriteString("lastUpdateTime"u8, JsonWriting.Time(update));
            if (condition.LastTransition is { } transition)
                json.WriteString("lastTransitionTime"u8, JsonWriting.Time(transition));
            if (condition.Reason.Length > 0)
                json.WriteString("reason"u8, condition.Reason);
            if (condition.Message.Length > 0)
                json.WriteString("message"u8, condition.Message);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}

/// <summary>Changes to a list of conditions.</summary>
internal static class Conditions
{
    public static Condition? Find(this ImmutableArray<Condition> conditions, string type) => conditions.FirstOrDefault(c => c.Type == type);

    public static ImmutableArray<Condition> Without(this ImmutableArray<Condition> conditions, string type) => conditions.RemoveAll(c => c.Type == type);

    /// <summary>
    /// Upstream's rule of workloads: a condition with the same status and reason stays untouched (message included); the transition time moves only with the status.
    /// </summary>
    public static ImmutableArray<Condition> With(this ImmutableArray<Condition> conditions, Condition condition)
    {
        var known = conditions.Find(condition.Type);
        if (known is not null && known.Status == condition.Status && known.Reason == condition.Reason)
            return conditions;
        if (known is not null && known.Status == condition.Status)
            condition = condition with { LastTransition = known.LastTransition };
        return conditions.Without(condition.Type).Add(condition);
    }

    /// <summary>The condition where the one of its type stood; at the end when there was none.</summary>
    public static ImmutableArray<Condition> InPlace(this ImmutableArray<Condition> conditions, Condition condition) =>
        conditions.Find(condition.Type) is { } known ? conditions.Replace(known, condition) : conditions.Add(condition);

    public static bool SameAs(this ImmutableArray<Condition> a, ImmutableArray<Condition> b) => a.AsSpan().SequenceEqual(b.AsSpan());
}
