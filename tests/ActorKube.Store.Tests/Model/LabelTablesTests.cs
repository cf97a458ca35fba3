using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Api.Selectors;
using ActorKube.Store.Objects;
using ActorKube.Store.Views;
using ActorKube.Store.Watching;
using CsCheck;

namespace ActorKube.Store.Tests.Model;

public sealed class LabelTablesTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly string[] Selectors =
        ["app=a0", "app=a1", "app in (a2)", "app=a3,tier=t0", "tier=t1", "tier==t0,app!=a0", "app in (a0,a1)", "!app", "app=none", "rare=yes", "rare=yes,app=a0", "zone", "l0=x", "l1=x", "l2=x", "l3=x", "l4=x", "l5=x", "l6=x"];

    private static readonly Gen<Step[]> Steps = Gen.Select(
        Gen.Int[0, 19], Gen.Int[0, 3], Gen.Int[0, 120], Gen.Int[0, 12], Gen.Int[0, Selectors.Length - 1], static (kind, ns, name, labels, selector) => new Step(kind, new ObjectKey($"n{ns}", $"o{name}"), labels, selector)).Array[200, 1500];

    [Fact]
    public void Whatever_happens_a_selector_finds_in_a_cut_what_a_walk_of_the_cut_finds() => Steps.Sample(static steps => Check(steps, events: 10_000), iter: 60);

    [Fact]
    public void The_same_with_a_history_that_is_always_too_short() => Steps.Sample(static steps => Check(steps, events: 5), iter: 30);

    [Fact]
    public void Once_lists_have_asked_three_times_they_look_at_what_has_the_label_alone()
    {
        var shelf = new Shelf(10_000);
        for (var i = 0; i < 1000; i++)
            shelf.Put(new ObjectKey("n", $"o{i}"), i % 100 == 7 ? """{"app":"a"}""" : """{"app":"b"}""");
        var selector = LabelSelector.Parse("app=a");
        Assert.Null(shelf.View.Cut.Candidates(selector, "n", null));
        Assert.Null(shelf.View.Cut.Candidates(selector, "n", null));
        Assert.Equal(10, shelf.View.Cut.Candidates(selector, "n", null)!.Count());
        // The many that have the other value are found faster by walking.
        Assert.Null(shelf.View.Cut.Candidates(LabelSelector.Parse("app=b"), "n", null));
        shelf.Put(new ObjectKey("n", "o7"), """{"app":"b"}""");
        shelf.Put(new ObjectKey("n", "o8"), """{"app":"a"}""");
        shelf.Remove(new ObjectKey("n", "o107"));
        Assert.Equal(["o207", "o307", "o407", "o507", "o607", "o707", "o8", "o807", "o907"], shelf.View.Cut.Candidates(selector, "n", null)!.Select(o => o.Key.Name));
    }

    [Fact]
    public void A_table_goes_when_nobody_has_asked_for_long()
    {
        var history = new HistoryLog(new HistoryLimits(100_000, 1 << 30, TimeSpan.FromHours(1)));
        var tables = new LabelTables(history);
        var objects = Enumerable.Range(0, 100).Aggregate(ObjectTree.Empty, static (tree, i) => tree.Set(Shelf.Item(new ObjectKey("n", $"o{i}"), $$"""{"app":"a{{i}}"}""", i + 1), out _));
        history.Advance(4000);
        for (var i = 0; i < 3; i++)
            tables.Candidates(new ResourceCut(objects, 4000), LabelSelector.Parse("app=a1"), null, null);
        tables.Look(4096, objects.Count);
        Assert.Equal(["app"], tables.Made);
        tables.Look(2 * 4096, objects.Count);
        Assert.Empty(tables.Made);
    }

    [Fact]
    public void No_more_labels_have_tables_than_eight()
    {
        var shelf = new Shelf(10_000);
        for (var i = 0; i < 100; i++)
            shelf.Put(new ObjectKey("n", $"o{i}"), $$"""{{{string.Join(',', Enumerable.Range(0, 20).Select(l => $"\"l{l}\":\"v{i}\""))}}}""");
        var tables = new LabelTables(shelf.View.History);
        for (var i = 0; i < 60; i++)
            tables.Candidates(shelf.View.Cut, LabelSelector.Parse($"l{i / 3}=v1"), null, null);
        Assert.Equal(8, tables.Made.Count);
        Assert.Contains("l19", tables.Made);
    }

    private static void Check(Step[] steps, int events)
    {
        var shelf = new Shelf(events);
        var kept = shelf.View.Cut;
        foreach (var step in steps)
            switch (step.Kind)
            {
                case < 10:
                    shelf.Put(step.Key, LabelsOf(step.Labels));
                    break;
                case < 13:
                    shelf.Remove(step.Key);
                    break;
                case 13:
                    kept = shelf.View.Cut;
                    break;
                case 14:
                    Compare(kept, step);
                    break;
                case 15 when shelf.View.History.Floor < shelf.View.Cut.Revision - 20:
                    Compare(shelf.View.At(shelf.View.Cut.Revision - step.Labels), step);
                    break;
                case 16 when step.Labels == 0:
                    shelf.StartOver();
                    kept = shelf.View.Cut;
                    break;
                default:
                    Compare(shelf.View.Cut, step);
                    break;
            }
    }

    private static void Compare(ResourceCut cut, Step step)
    {
        var selector = LabelSelector.Parse(Selectors[step.Selector]);
        foreach (var ns in new[] { null, step.Key.Namespace })
            foreach (var after in new ObjectKey?[] { null, step.Key })
                if (cut.Candidates(selector, ns, after) is { } found)
                    Assert.Equal(cut.Range(ns, after).Where(o => selector.Matches(o.Head.Labels)), found.Where(o => selector.Matches(o.Head.Labels)));
    }

    private static string LabelsOf(int labels) => labels switch
    {
        0 => "{}",
        12 => """{"app":"a0","rare":"yes"}""",
        _ => $$"""{"app":"a{{labels % 4}}","tier":"t{{labels % 2}}","l{{labels % 7}}":"x","zone":"z"}""",
    };

    private sealed record Step(int Kind, ObjectKey Key, int Labels, int Selector);

    /// <summary>A view with objects in it, written as the resource's actor does.</summary>
    private sealed class Shelf(int events)
    {
        private ObjectTree _objects = ObjectTree.Empty;
        private long _revision;

        public ResourceView View { get; } = new(new HistoryLimits(events, 1 << 30, TimeSpan.FromHours(1)), 1);

        public static StoredObject Item(ObjectKey key, string labels, long revision) =>
            StoredObject.Parse(Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"{{{key.Name}}}","namespace":"{{{key.Namespace}}}","resourceVersion":"{{{revision}}}","labels":{{{labels}}}}}"""));

        public void Put(ObjectKey key, string labels)
        {
            var item = Item(key, labels, ++_revision);
            _objects = _objects.Set(item, out var previous);
            View.Publish(_objects, _revision, new HistoryEvent(_revision, previous, item, At));
        }

        public void Remove(ObjectKey key)
        {
            _objects = _objects.Remove(key, out var previous);
            if (previous is not null)
                View.Publish(_objects, _revision + 1, new HistoryEvent(++_revision, previous, null, At));
        }

        public void StartOver() => View.Reset(_objects, _revision += 1000);
    }
}
