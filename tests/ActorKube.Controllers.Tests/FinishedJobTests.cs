using System.Text.Json.Nodes;
using ActorKube.Controllers.Tests.Harness;
using ActorKube.Controllers.Workloads.Jobs;
using ActorKube.Machinery.Objects;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Controllers.Tests;

public class FinishedJobTests
{
    private readonly ControllerHarness _h = new ControllerHarness().Run(new FinishedJobCleaner());

    private bool Exists => _h.Cluster.Find(Jobs, "default", "pi") is { Head.Deleted: null };

    private void Start(string spec, string condition)
    {
        _h.Cluster.Create(Jobs, Manifests.Job("pi", spec));
        _h.Cluster.Change(Jobs, "default", "pi", j => j["status"] = new JsonObject
        {
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = condition, ["status"] = "True", ["lastTransitionTime"] = JsonWriting.Time(_h.Time.GetUtcNow()) }),
        });
        _h.Settle();
    }

    [Theory]
    [InlineData("Complete")]
    [InlineData("Failed")]
    public void A_job_goes_exactly_when_its_time_is_over(string condition)
    {
        Start("\"ttlSecondsAfterFinished\":100", condition);
        _h.Advance(TimeSpan.FromSeconds(99.9));
        Assert.True(Exists);
        Assert.Empty(_h.Decisions);
        _h.Advance(TimeSpan.FromSeconds(0.1));
        Assert.False(Exists);
        Assert.Equal(["foregroundDeletion"], _h.Cluster.Find(Jobs, "default", "pi")!.Head.Finalizers);
    }

    [Theory]
    [InlineData("", "Complete")]
    [InlineData("\"ttlSecondsAfterFinished\":100", "SuccessCriteriaMet")]
    public void Without_a_time_or_an_end_it_stays(string spec, string condition)
    {
        Start(spec, condition);
        _h.Advance(TimeSpan.FromDays(1));
        Assert.True(Exists);
    }

    [Fact]
    public void A_time_changed_in_between_counts()
    {
        Start("\"ttlSecondsAfterFinished\":100", "Complete");
        _h.Advance(TimeSpan.FromSeconds(50));
        _h.Cluster.Change(Jobs, "default", "pi", j => j["spec"]!["ttlSecondsAfterFinished"] = 200);
        _h.Advance(TimeSpan.FromSeconds(149));
        Assert.True(Exists);
        _h.Advance(TimeSpan.FromSeconds(1));
        Assert.False(Exists);
    }
}
