using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ActorKube.Api.Names;
using ActorKube.Machinery.Objects;

namespace ActorKube.Scheduler.Scheduling;

/// <summary>Decisions as JSON. They lie in journals: fields may be added, never renamed or reused.</summary>
internal static class DecisionJson
{
    public static void Write(Utf8JsonWriter json, Decision decision)
    {
        json.WriteStartObject();
        json.WriteString("at"u8, decision.At.UtcDateTime);
        json.WriteString("pod"u8, decision.Pod.ToString());
        json.WriteString("uid"u8, decision.Uid);
        json.WriteNumber("attempt"u8, decision.Attempt);
        json.WriteString("outcome"u8, NameOf(decision.Outcome));
        if (decision.Message.Length > 0)
            json.WriteString("message"u8, decision.Message);
        json.WriteNumber("nodes"u8, decision.Nodes);
        json.WriteNumber("evaluated"u8, decision.Evaluated);
        json.WriteNumber("feasible"u8, decision.Feasible);
        if (decision.RuledOut.Length > 0)
            WriteRuledOut(json, decision.RuledOut);
        if (decision.Winner is { } winner)
            WriteRanked(json, "winner"u8, winner);
        if (decision.RunnerUp is { } runnerUp)
            WriteRanked(json, "runnerUp"u8, runnerUp);
        json.WriteEndObject();
    }

    public static Decision Read(JsonNode json) => new()
    {
        At = json.Time("at") ?? throw new FormatException("A decision has a time."),
        Pod = ObjectKey.Parse(json.Text("pod")),
        Uid = json.Text("uid"),
        Attempt = (int)(json.Number("attempt") ?? 0),
        Outcome = OutcomeOf(json.Text("outcome")),
        Message = json.Text("message"),
        Nodes = (int)(json.Number("nodes") ?? 0),
        Evaluated = (int)(json.Number("evaluated") ?? 0),
        Feasible = (int)(json.Number("feasible") ?? 0),
        RuledOut = [.. json.Items("ruledOut").Select(r => new RuledOut(r.Text("plugin"), r.Text("reason"), (int)(r.Number("nodes") ?? 0)))],
        Winner = ReadRanked(json.At("winner")),
        RunnerUp = ReadRanked(json.At("runnerUp")),
    };

    private static void WriteRuledOut(Utf8JsonWriter json, ImmutableArray<RuledOut> ruledOut)
    {
        json.WriteStartArray("ruledOut"u8);
        foreach (var item in ruledOut)
        {
            json.WriteStartObject();
            json.WriteString("plugin"u8, item.Plugin);
            json.WriteString("reason"u8, item.Reason);
            json.WriteNumber("nodes"u8, item.Nodes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteRanked(Utf8JsonWriter json, ReadOnlySpan<byte> name, RankedNode node)
    {
        json.WriteStartObject(name);
        json.WriteString("node"u8, node.Node);
        json.WriteNumber("total"u8, node.Total);
        json.WriteStartObject("scores"u8);
        foreach (var score in node.Scores)
            json.WriteNumber(score.Plugin, score.Score);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static RankedNode? ReadRanked(JsonNode? json) => json is null
        ? null
        : new RankedNode(json.Text("node"), json.Number("total") ?? 0,
            [.. (json.At("scores") as JsonObject ?? []).Select(s => new PluginScore(s.Key, s.Value.Number() ?? 0))]);

    private static string NameOf(DecisionOutcome outcome) => outcome switch
    {
        DecisionOutcome.Placed => "Placed",
        DecisionOutcome.Unschedulable => "Unschedulable",
        DecisionOutcome.Failed => "Failed",
        _ => throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Unknown outcome {outcome}.")),
    };

    private static DecisionOutcome OutcomeOf(string name) => name switch
    {
        "Placed" => DecisionOutcome.Placed,
        "Unschedulable" => DecisionOutcome.Unschedulable,
        "Failed" => DecisionOutcome.Failed,
        _ => throw new FormatException($"'{name}' is not an outcome."),
    };
}
