using ActorKube.NodeAgent.Node;
using Microsoft.Extensions.Time.Testing;

namespace ActorKube.NodeAgent.Tests.Node;

public sealed class OutageTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Outage _outage;

    public OutageTests() => _outage = new Outage(_time);

    [Fact]
    public void An_hour_of_refusals_every_second_is_told_a_few_times()
    {
        var told = new List<OutageNews>();
        for (var second = 0; second < 3600; second++)
        {
            foreach (var what in new[] { "status", "lease" })
                if (_outage.Failed(what, $"full at {second}") is { } news)
                    told.Add(news);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.Equal([0, 1, 3, 7, 15, 31], told.Select(t => (int)t.Lasted.TotalMinutes));
        Assert.Equal((OutageStage.Begins, "status (00:00:00)", "full at 0", 1), (told[0].Stage, told[0].Waiting, told[0].Why, told[0].Refusals));
        Assert.Equal((OutageStage.Lasts, "lease (00:01:00), status (00:01:00)", "full at 60", 121), (told[1].Stage, told[1].Waiting, told[1].Why, told[1].Refusals));
    }

    [Fact]
    public void It_is_over_once_all_that_waited_has_been_written_and_told_so_once()
    {
        Assert.Null(_outage.Worked("status"));
        Assert.NotNull(_outage.Failed("status", "full"));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(_outage.Failed("lease", "full"));
        Assert.Null(_outage.Worked("status"));
        _time.Advance(TimeSpan.FromSeconds(5));
        var over = _outage.Worked("lease");
        Assert.Equal((OutageStage.Over, TimeSpan.FromSeconds(15), 2), (over!.Stage, over.Lasted, over.Refusals));
        Assert.Null(_outage.Worked("lease"));
    }

    [Fact]
    public void The_next_outage_begins_with_its_first_refusal_again()
    {
        _outage.Failed("status", "full");
        _outage.Worked("status");
        var begins = _outage.Failed("status", "full again");
        Assert.Equal((OutageStage.Begins, "full again", 1), (begins!.Stage, begins.Why, begins.Refusals));
    }
}
