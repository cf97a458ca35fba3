using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Store.Objects;
using CsCheck;
using static ActorKube.Store.Tests.Support.TestObjects;

namespace ActorKube.Store.Tests.Model;

public sealed class ObjectTreeTests
{
    private static readonly Gen<(bool Add, ObjectKey Key)[]> Changes =
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 400], (kind, ns, name) => (kind < 6, new ObjectKey($"n{ns}", $"o{name}"))).Array[0, 1500];

    [Fact]
    public void A_tree_behaves_like_a_sorted_dictionary() => Changes.Sample(Check, iter: 60);

    [Fact]
    public void A_tree_built_from_sorted_objects_equals_one_built_one_by_one()
    {
        var items = Enumerable.Range(0, 5000).Select(i => Item(new ObjectKey("n", $"{i:D5}"))).ToArray();
        var tree = ObjectTree.FromSorted(items);
        Assert.Equal(items, tree.Range(null, null));
        Assert.Equal(items, items.Aggregate(ObjectTree.Empty, (t, i) => t.Set(i, out _)).Range(null, null));
        Assert.Equal(items[4000..], tree.Range("n", items[3999].Key));
    }

    private static void Check((bool Add, ObjectKey Key)[] changes)
    {
        var model = new SortedDictionary<ObjectKey, StoredObject>();
        var tree = ObjectTree.Empty;
        foreach (var (add, key) in changes)
        {
            model.TryGetValue(key, out var expected);
            StoredObject? previous;
            if (add)
                tree = tree.Set(model[key] = Item(key), out previous);
            else
            {
                tree = tree.Remove(key, out previous);
                model.Remove(key);
            }
            Assert.Same(expected, previous);
        }
        Assert.Equal(model.Values, tree.Range(null, null));
        Assert.Equal(model.Count, tree.Count);
        foreach (var after in model.Keys.Where((_, i) => i % 97 == 0).Append(new ObjectKey("n1", "o2")).Append(new ObjectKey("x", "")))
        {
            Assert.Equal(model.Values.Where(o => o.Key.CompareTo(after) > 0), tree.Range(null, after));
            Assert.Equal(tree.Range(null, after).Count(), tree.CountRange(null, after));
            Assert.Equal(model.Values.Where(o => o.Key.Namespace == "n1" && o.Key.CompareTo(after) > 0), tree.Range("n1", after));
            Assert.Equal(tree.Range("n1", after).Count(), tree.CountRange("n1", after));
            Assert.Same(model.GetValueOrDefault(after), tree.Find(after));
        }
    }

    private static StoredObject Item(ObjectKey key) => StoredObject.Parse(Content(key).At(1));
}
