using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;

namespace ActorKube.Api.Tests.Objects;

public sealed class ObjectTreesTests
{
    private static StoredObject Item(string name, int padding = 0, string uid = "u", int revision = 7) => StoredObject.Parse(Encoding.UTF8.GetBytes(
        $$"""{ "kind": "ConfigMap", "apiVersion": "v1", "metadata": { "name": "{{name}}", "uid": "{{uid}}", "resourceVersion": "{{revision}}" }, "data": { "a": "{{new string('x', padding)}}" } }"""));

    // Trees are remembered until the next collection, which may come in the middle of a test.
    private static void BetweenCollections(Action test)
    {
        while (true)
        {
            var collections = GC.CollectionCount(0);
            try
            {
                test();
                return;
            }
            catch (Exception) when (GC.CollectionCount(0) != collections)
            {
                // Once more.
            }
        }
    }

    [Fact]
    public void Everybody_who_reads_a_state_gets_the_same_tree() => BetweenCollections(() =>
    {
        var item = Item("a");
        var tree = ObjectTrees.Of(item);
        Assert.Equal("a", tree.Object("metadata").Text("name"));
        Assert.Same(tree, ObjectTrees.Of(item));
    });

    [Fact]
    public void A_copy_is_the_readers_own_and_says_what_was_written()
    {
        var item = Item("own");
        var (shared, own) = (ObjectTrees.Of(item), ObjectTrees.CopyOf(item));
        own["data"] = "changed";
        Assert.NotSame(own, shared);
        Assert.Equal("own", own.Object("metadata").Text("name"));
        Assert.Equal("", ObjectTrees.CopyOf(item).Object("data").Text("a"));
        Assert.Equal("", shared.Object("data").Text("a"));
    }

    [Fact]
    public void A_new_state_takes_the_place_of_the_one_before() => BetweenCollections(() =>
    {
        var (before, after) = (Item("same"), Item("same"));
        var tree = ObjectTrees.Of(before);
        ObjectTrees.Of(after);
        Assert.NotSame(tree, ObjectTrees.Of(before));
    });

    [Fact]
    public void A_state_that_is_read_late_leaves_the_newer_one_its_place_and_is_shared_too() => BetweenCollections(() =>
    {
        var (before, after) = (Item("late", revision: 7), Item("late", revision: 8));
        var newer = ObjectTrees.Of(after);
        var older = ObjectTrees.Of(before);
        Assert.Same(newer, ObjectTrees.Of(after));
        Assert.Same(older, ObjectTrees.Of(before));
    });

    [Fact]
    public void An_object_of_another_resource_takes_the_place_whatever_its_revision() => BetweenCollections(() =>
    {
        var (before, after) = (Item("shared", uid: "a", revision: 8), Item("shared", uid: "b", revision: 7));
        var tree = ObjectTrees.Of(before);
        ObjectTrees.Of(after);
        Assert.NotSame(tree, ObjectTrees.Of(before));
    });

    [Fact]
    public void Another_state_has_another_tree_even_when_its_bytes_are_the_same() => Assert.NotSame(ObjectTrees.Of(Item("a")), ObjectTrees.Of(Item("a")));

    [Fact]
    public void Who_writes_a_state_leaves_its_tree_to_the_readers() => BetweenCollections(() =>
    {
        var item = Item("a");
        var tree = JsonNode.Parse(item.Json.Span)!.AsObject();
        ObjectTrees.Remember(item, tree);
        Assert.Same(tree, ObjectTrees.Of(item));
    });

    [Fact]
    public void A_tree_that_somebody_has_changed_is_told_from_one_that_nobody_has()
    {
        var item = Item("a");
        var tree = JsonNode.Parse(item.Json.Span)!.AsObject();
        Assert.False(ObjectTrees.HasChanged(item, tree));
        tree.Object("data")!["b"] = "y";
        Assert.True(ObjectTrees.HasChanged(item, tree));
    }

    [Fact]
    public void Large_objects_are_read_anew_each_time()
    {
        var item = Item("large", 20_000);
        Assert.NotSame(ObjectTrees.Of(item), ObjectTrees.Of(item));
    }

    [Fact]
    public void However_many_are_read_only_some_are_remembered()
    {
        for (var i = 0; i < 10_000; i++)
            Assert.Equal($"n-{i}", ObjectTrees.Of(Item($"n-{i}")).Object("metadata").Text("name"));
        Assert.InRange(ObjectTrees.Remembered.Count(), 0, 1024);
    }
}
