using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Times;

namespace ActorKube.Controllers.Autoscaling;

/// <summary>A recommendation that held from a time on, until the next one.</summary>
internal readonly record struct Recommendation(DateTimeOffset From, int Replicas);

/// <summary>A scaling that was done.</summary>
/// <param name="At">When.</param>
/// <param name="Change">By how much: above 0 up, below 0 down.</param>
internal readonly record struct Scaling(DateTimeOffset At, int Change);

/// <summary>
/// What stabilisation looks back on; kept in the controller's journal, so that a window that has begun before a restart ends when it would have. Recommendations are kept as a step function:
/// only another number is another entry, and a time without the controller counts as one in which its last recommendation held.
/// </summary>
/// <param name="Recommendations">The earliest first.</param>
/// <param name="Scalings">The earliest first.</param>
internal sealed record ScalingHistory(ImmutableArray<Recommendation> Recommendations, ImmutableArray<Scaling> Scalings)
{
    public static readonly ScalingHistory Empty = new([], []);

    /// <summary>How many replicas the target had, or was given, when this was remembered; null before that was remembered, too.</summary>
    public int? Size { get; init; }

    /// <summary>The recommendations that held at some time of the last while.</summary>
    public IEnumerable<int> Since(Present now, TimeSpan window)
    {
        for (var i = 0; i < Recommendations.Length; i++)
            if (i + 1 == Recommendations.Length || now.Since(Recommendations[i + 1].From) < window)
                yield return Recommendations[i].Replicas;
    }

    /// <summary>What was added and what was taken away in the last while.</summary>
    public (long Added, long Removed) ChangedSince(Present now, TimeSpan window)
    {
        var recent = Scalings.Where(s => now.Since(s.At) < window).ToList();
        return (recent.Where(s => s.Change > 0).Sum(s => (long)s.Change), -recent.Where(s => s.Change < 0).Sum(s => (long)s.Change));
    }

    /// <summary>With a recommendation made now, without those that nobody looks back to any more.</summary>
    public ScalingHistory With(int replicas, Present now, TimeSpan longest)
    {
        var kept = Recommendations;
        while (kept.Length > 1 && now.Since(kept[1].From) >= longest)
            kept = kept.RemoveAt(0);
        return this with { Recommendations = !kept.IsEmpty && kept[^1].Replicas == replicas ? kept : kept.Add(new Recommendation(now, replicas)) };
    }

    /// <summary>With a scaling done now, without those that no policy counts any more.</summary>
    public ScalingHistory WithScaling(int change, Present now, TimeSpan longest) =>
        this with { Scalings = Scalings.RemoveAll(s => now.Since(s.At) > longest).Add(new Scaling(now, change)) };

    /// <summary>The history as text.</summary>
    public string Encode() => new JsonObject
    {
        ["size"] = Size,
        ["recommendations"] = new JsonArray([.. Recommendations.Select(r => (JsonNode)new JsonObject { ["from"] = Text(r.From), ["replicas"] = r.Replicas })]),
        ["scalings"] = new JsonArray([.. Scalings.Select(s => (JsonNode)new JsonObject { ["at"] = Text(s.At), ["change"] = s.Change })]),
    }.ToJsonString();

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    public static ScalingHistory Decode(string text)
    {
        if (text.Length == 0)
            return Empty;
        var json = JsonNode.Parse(text);
        return new ScalingHistory(
            [.. json.Items("recommendations").Select(r => new Recommendation(r.Time("from") ?? default, r.Int("replicas") ?? 0))],
            [.. json.Items("scalings").Select(s => new Scaling(s.Time("at") ?? default, s.Int("change") ?? 0))])
        {
            Size = json.Int("size"),
        };
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
