using ActorKube.Api.Names;
using ActorKube.Machinery.Objects;
using ActorKube.Machinery.Recording;
using ActorKube.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;
using static ActorKube.Machinery.Client.WellKnownResources;

namespace ActorKube.Machinery.Tests;

public class EventTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly EventSource Source = new("replicaset-controller", "node-1");
    private static readonly ObjectReference Web = new(new GroupVersionKind("apps", "v1", "ReplicaSet"), new ObjectKey("default", "web"), "uid-1", 7);

    private readonly EventCorrelator _correlator = new(new EventNames(Source));

    private EventDecision? Decide(EventSpec item, double seconds = 0) => _correlator.Decide(item, Start.AddSeconds(seconds), TimeSpan.FromSeconds(seconds));

    [Fact]
    public void The_same_event_again_raises_the_count()
    {
        var item = EventSpec.Normal(Web, "SuccessfulCreate", "Created pod: a");
        var first = Decide(item)!;
        var second = Decide(item, 5)!;
        Assert.Equal(1, first.Count);
        Assert.Equal((first.Name, 2, Start, Start.AddSeconds(5)), (second.Name, second.Count, second.First, second.Last));
    }

    [Fact]
    public void Many_similar_events_are_combined()
    {
        var decisions = Enumerable.Range(0, 15).Select(i => Decide(EventSpec.Normal(Web, "SuccessfulCreate", $"Created pod: {i}"))!).ToArray();
        Assert.All(decisions.Take(9), d => Assert.Equal(1, d.Count));
        Assert.Equal("(combined from similar events): Created pod: 14", decisions[14].Message);
        Assert.Equal(decisions[10].Name, decisions[14].Name);
        Assert.True(decisions[14].Count > decisions[10].Count);
    }

    [Fact]
    public void One_object_may_not_flood()
    {
        var kept = Enumerable.Range(0, 100).Count(i => Decide(EventSpec.Normal(Web, $"Reason{i}", "x")) is not null);
        Assert.Equal(25, kept);
        Assert.Null(Decide(EventSpec.Normal(Web, "Later", "x"), 60));
        Assert.NotNull(Decide(EventSpec.Normal(Web, "Later", "x"), 400));
        Assert.NotNull(Decide(EventSpec.Normal(Web with { Uid = "other" }, "Other", "x")));
    }

    [Fact]
    public void Events_about_two_containers_of_a_pod_are_two_events_of_one_flood()
    {
        var first = Decide(EventSpec.Warn(Web with { FieldPath = "spec.containers{a}" }, "BackOff", "Back-off"))!;
        var second = Decide(EventSpec.Warn(Web with { FieldPath = "spec.containers{b}" }, "BackOff", "Back-off"))!;
        Assert.Equal((1, 1), (first.Count, second.Count));
        Assert.Equal(23, Enumerable.Range(0, 100).Count(i => Decide(EventSpec.Warn(Web with { FieldPath = $"spec.containers{{{i}}}" }, $"Reason{i}", "x")) is not null));
    }

    [Fact]
    public void Combined_events_about_several_containers_are_one_event()
    {
        var decisions = Enumerable.Range(0, 15).Select(i => Decide(EventSpec.Warn(Web with { FieldPath = $"spec.containers{{{i % 2}}}" }, "Failed", $"Failed: {i}"))!).ToArray();
        Assert.Equal(decisions[10].Name, decisions[13].Name);
        Assert.Equal(decisions[13].Count + 1, decisions[14].Count);
    }

    [Fact]
    public void A_combined_event_that_was_made_anew_is_counted_on_under_its_new_name()
    {
        EventSpec Item(int i) => EventSpec.Warn(Web with { FieldPath = $"spec.containers{{{i % 2}}}" }, "Failed", $"Failed: {i}");
        var last = Enumerable.Range(0, 15).Select(i => Decide(Item(i))!).ToArray()[^1];
        var anew = _correlator.Renew(Item(14), last);
        Assert.NotEqual(last.Name, anew.Name);
        Assert.Equal((1, last.Message, last.Last), (anew.Count, anew.Message, anew.First));
        var next = Decide(Item(15))!;
        Assert.Equal((anew.Name, 2), (next.Name, next.Count));
    }

    [Fact]
    public void A_rate_lets_a_burst_through_and_then_so_many_a_second()
    {
        var time = new FakeTimeProvider(Start);
        var rate = new EventRate(2, 5, time);
        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => rate.Take()));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Enumerable.Range(0, 20).Count(_ => rate.Take()));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(5, Enumerable.Range(0, 20).Count(_ => rate.Take()));
    }

    [Fact]
    public async Task The_recorder_creates_an_event_and_then_patches_its_count()
    {
        var cluster = new MemoryCluster(new FakeTimeProvider(Start));
        var recorder = new EventRecorder(cluster, Source, new FakeTimeProvider(Start));
        var item = EventSpec.Warn(Web, "FailedCreate", "Error creating: no");
        var written = new SemaphoreSlim(0);
        cluster.Fault = (_, _) =>
        {
            written.Release();
            return null;
        };
        recorder.Record(item);
        recorder.Record(item);
        recorder.Record(item with { About = Web with { Key = new ObjectKey("", "node"), Uid = "n" } });
        for (var i = 0; i < 3; i++)
            Assert.True(await written.WaitAsync(TimeSpan.FromSeconds(20)));
        await recorder.DisposeAsync();
        var json = cluster[Events].All.Single(e => e.Key.Namespace == "default" && e.Key.Name.StartsWith("web.", StringComparison.Ordinal)).Edit();
        Assert.Equal(2, json.Number("count"));
        Assert.Equal(("Warning", "FailedCreate", "replicaset-controller"), (json.Text("type"), json.Text("reason"), json.Text("source", "component")));
        Assert.Equal(("node-1", "node-1"), (json.Text("source", "host"), json.Text("reportingInstance")));
        Assert.Equal(("ReplicaSet", "apps/v1", "uid-1"), (json.Text("involvedObject", "kind"), json.Text("involvedObject", "apiVersion"), json.Text("involvedObject", "uid")));
        Assert.Equal("2030-01-01T00:00:00Z", json.Text("firstTimestamp"));
    }

    [Fact]
    public async Task An_event_that_cannot_be_looked_at_is_told_of_and_is_not_the_last()
    {
        var cluster = new MemoryCluster(new FakeTimeProvider(Start));
        var lost = new List<string>();
        var recorder = new EventRecorder(cluster, Source, new FakeTimeProvider(Start))
        {
            OnFault = (item, _) => lost.Add(item.Reason),
        };
        var written = new SemaphoreSlim(0);
        cluster.Fault = (_, _) =>
        {
            written.Release();
            return null;
        };
        recorder.Record(EventSpec.Warn(null!, "First", "lost"));
        recorder.Record(EventSpec.Warn(Web, "Second", "written"));
        Assert.True(await written.WaitAsync(TimeSpan.FromSeconds(20)));
        await recorder.DisposeAsync();
        Assert.Equal(["First"], lost);
        Assert.Equal("Second", Assert.Single(cluster[Events].All).Edit().Text("reason"));
    }

    [Fact]
    public async Task An_event_that_has_expired_is_made_anew_once_and_then_counted_on()
    {
        var cluster = new MemoryCluster(new FakeTimeProvider(Start));
        var recorder = new EventRecorder(cluster, Source, new FakeTimeProvider(Start));
        var item = EventSpec.Warn(Web, "FailedCreate", "Error creating: no");
        var asked = new SemaphoreSlim(0);
        cluster.Fault = (_, _) =>
        {
            asked.Release();
            return null;
        };
        string? first = null;
        // Made; not there any more, and made anew; counted.
        foreach (var requests in (int[])[1, 2, 1])
        {
            recorder.Record(item);
            for (var i = 0; i < requests; i++)
                Assert.True(await asked.WaitAsync(TimeSpan.FromSeconds(20)));
            first ??= cluster[Events].All.Single().Key.Name;
            if (cluster.Find(Events, "default", first) is not null)
                cluster.Vanish(Events, "default", first);
        }
        await recorder.DisposeAsync();
        var kept = Assert.Single(cluster[Events].All);
        Assert.NotEqual(first, kept.Key.Name);
        Assert.Equal(2, kept.Edit().Number("count"));
    }

    [Fact]
    public async Task An_event_whose_name_is_taken_gets_another()
    {
        var cluster = new MemoryCluster(new FakeTimeProvider(Start));
        var asked = new SemaphoreSlim(0);
        cluster.Fault = (_, _) =>
        {
            asked.Release();
            return null;
        };
        // Two of one name whose clocks show the same, as two servers may have.
        foreach (var (reason, requests) in ((string, int)[])[("First", 1), ("Second", 2)])
        {
            var recorder = new EventRecorder(cluster, Source, new FakeTimeProvider(Start));
            recorder.Record(EventSpec.Normal(Web, reason, "x"));
            for (var i = 0; i < requests; i++)
                Assert.True(await asked.WaitAsync(TimeSpan.FromSeconds(20)));
            await recorder.DisposeAsync();
        }
        Assert.Equal(["First", "Second"], cluster[Events].All.Select(e => e.Edit().Text("reason")).Order());
    }

    [Fact]
    public void Names_are_in_the_order_of_time_even_where_it_stands_still()
    {
        var names = new EventNames(Source);
        string[] made = [names.Next("web", Start), names.Next("web", Start), names.Next("web", Start.AddTicks(5)), names.Next("web", Start.AddSeconds(1))];
        Assert.Equal(made.Order(StringComparer.Ordinal), made);
        Assert.Equal(4, made.Distinct().Count());
        Assert.Matches("^web\\.1a46e8[0-9a-f]{10}$", made[0]);
        Assert.NotEqual(made[0], new EventNames(new EventSource("kubelet", "node-1")).Next("web", Start));
    }

    [Theory]
    [InlineData(236, 236)]
    [InlineData(237, 235)]
    public void A_name_that_leaves_no_room_is_cut_where_a_name_may_end(int length, int kept)
    {
        var about = string.Concat(Enumerable.Repeat("a", 235)) + (length == 236 ? "b" : "-b");
        Assert.Equal(length, about.Length);
        var name = new EventNames(Source).Next(about, Start);
        Assert.Equal((kept + 17, '.'), (name.Length, name[kept]));
    }
}
