using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.ApiServer.Kinds.FlowControl;

namespace ActorKube.ApiServer.Tests.Kinds;

public sealed class FlowControlChangeTests
{
    private static FlowControlObject Level(string name) => FlowControlObjects.Levels.Single(l => l.Name == name);

    private static JsonObject Stored(string name, string? annotation, int generation, bool changed)
    {
        var stored = FlowControlChange.Created(Level(name));
        var metadata = stored["metadata"]!.AsObject();
        metadata["generation"] = generation;
        if (annotation is null)
            metadata.Remove("annotations");
        else
            metadata["annotations"]![FlowControlChange.AutoUpdate] = annotation;
        if (changed)
            stored["spec"]!["limited"]!["nominalConcurrencyShares"] = 77;
        return stored;
    }

    [Theory]
    [InlineData("global-default", "true", 1, false, null, null)]
    [InlineData("global-default", "true", 2, true, "true", 20)]
    [InlineData("global-default", "1", 2, true, "true", 20)]
    [InlineData("global-default", "false", 1, true, null, null)]
    [InlineData("global-default", null, 1, true, "true", 20)]
    [InlineData("global-default", null, 2, true, "false", 77)]
    [InlineData("global-default", null, 2, false, "false", 20)]
    [InlineData("global-default", "perhaps", 2, true, "false", 77)]
    [InlineData("catch-all", "false", 2, true, "true", 5)]
    [InlineData("catch-all", null, 2, false, "true", 5)]
    [InlineData("catch-all", "true", 1, false, null, null)]
    public void What_somebody_took_over_is_left_alone_and_mandatory_ones_never_are(string name, string? annotation, int generation, bool changed, string? then, int? shares)
    {
        var updated = FlowControlChange.Updated(Stored(name, annotation, generation, changed), Level(name));
        Assert.Equal(then, (string?)updated?["metadata"]!["annotations"]![FlowControlChange.AutoUpdate]);
        Assert.Equal(shares, (int?)updated?["spec"]!["limited"]!["nominalConcurrencyShares"]);
    }

    [Fact]
    public void The_shares_of_the_exempt_level_stay_as_chosen()
    {
        var stored = FlowControlChange.Created(Level("exempt"));
        stored["spec"]!["exempt"]!["nominalConcurrencyShares"] = 7;
        Assert.Null(FlowControlChange.Updated(stored, Level("exempt")));
    }

    [Theory]
    [InlineData("batch", "true", true)]
    [InlineData("batch", "false", false)]
    [InlineData("batch", null, false)]
    [InlineData("system", "true", false)]
    public void What_an_earlier_version_made_and_nobody_took_over_is_left_over(string name, string? annotation, bool leftOver)
    {
        var stored = Stored("system", annotation, 1, changed: false);
        stored["metadata"]!["name"] = name;
        Assert.Equal(leftOver, FlowControlChange.IsLeftOver(stored, FlowControlObjects.Levels));
    }

    [Theory]
    [InlineData(true, "False", "Found", "This FlowSchema references the PriorityLevelConfiguration object named \"exempt\" and it exists")]
    [InlineData(false, "True", "NotFound", "This FlowSchema references the PriorityLevelConfiguration object named \"exempt\" but there is no such object")]
    public void A_schema_is_told_whether_its_level_exists_and_only_once(bool exists, string status, string reason, string message)
    {
        var schema = FlowControlChange.Created(FlowControlObjects.Schemas[0]);
        var condition = FlowControlChange.Reference(schema, _ => exists, "2026-01-02T03:04:05Z")!;
        Assert.Equal(("Dangling", status, reason, message), (condition.Text("type"), condition.Text("status"), condition.Text("reason"), condition.Text("message")));
        schema["status"] = new JsonObject { ["conditions"] = new JsonArray(condition) };
        Assert.Null(FlowControlChange.Reference(schema, _ => exists, "2026-01-02T03:04:06Z"));
        Assert.NotNull(FlowControlChange.Reference(schema, _ => !exists, "2026-01-02T03:04:06Z"));
    }
}
