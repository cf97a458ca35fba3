using System.Text;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;
using ActorKube.Api.Objects;

namespace ActorKube.Api.Tests.Objects;

public sealed class ObjectTreesTests
{
    private static StoredObject Item(string name, int padding = 0) => StoredObject.Parse(Encoding.UTF8.GetBytes(
        $$"""{ "kind": "ConfigMap", "apiVersion": "v1", "metadata": { "name": "{{name}}", "resourceVersion": "7" }, "data": { "a": "{{new string('x', padding)}}" } }"""));

    [Fact]
    public void Everybody_who_reads_a_state_gets_the_same_tree()
    {
        var item = Item("a");
        var tree = ObjectTrees.Of(item);
        Assert.Equal("a", tree.Object("metadata").Text("name"));
        Assert.Same(tree, ObjectTrees.Of(item));
    }

    [Fact]
    public void Another_state_has_another_tree_even_when_its_bytes_are_the_same() => Assert.NotSame(ObjectTrees.Of(Item("a")), ObjectTrees.Of(Item("a")));

    [Fact]
    public void Who_writes_a_state_leaves_its_tree_to_the_readers()
    {
        var item = Item("a");
        var tree = JsonNode.Parse(item.Json.Span)!.AsObject();
        ObjectTrees.Remember(item, tree);
        Assert.Same(tree, ObjectTrees.Of(item));
    }

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
        Assert.InRange(ObjectTrees.Remembered.Count(), 1, 256);
    }
}
