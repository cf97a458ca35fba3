using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.Store.Objects;

/// <summary>
/// The objects of one resource in key order: an immutable B+-tree. A write copies one path (about 1.5 KB for 10,000 objects) and shares the rest,
/// so any number of old cuts cost only what changed since. An object costs one reference in a leaf.
/// </summary>
internal sealed class ObjectTree
{
    public static readonly ObjectTree Empty = new(Leaf.Empty);

    private readonly TreeNode _root;

    private ObjectTree(TreeNode root) => _root = root;

    public int Count => _root.Count;

    /// <summary>Builds a tree from objects in key order, with full leaves.</summary>
    public static ObjectTree FromSorted(IReadOnlyList<StoredObject> sorted)
    {
        if (sorted.Count == 0)
            return Empty;
        var level = new List<TreeNode>();
        for (var i = 0; i < sorted.Count; i += TreeNode.MaxSize)
            level.Add(new Leaf(Slice(sorted, i)));
        while (level.Count > 1)
        {
            var parents = new List<TreeNode>();
            for (var i = 0; i < level.Count; i += TreeNode.MaxSize)
                parents.Add(new Inner(Slice(level, i)));
            level = parents;
        }
        return new ObjectTree(level[0]);
    }

    public StoredObject? Find(ObjectKey key)
    {
        var node = _root;
        while (node is Inner inner)
            node = inner.Children[inner.ChildFor(key)];
        var leaf = (Leaf)node;
        var index = leaf.UpperBound(key) - 1;
        return index >= 0 && leaf.Items[index].Key == key ? leaf.Items[index] : null;
    }

    /// <summary>Adds or replaces one object.</summary>
    public ObjectTree Set(StoredObject item, out StoredObject? previous)
    {
        var (left, right) = _root.Set(item, out previous);
        return new ObjectTree(right is null ? left : new Inner([left, right]));
    }

    /// <summary>Takes one object out; the same tree when it is not there.</summary>
    public ObjectTree Remove(ObjectKey key, out StoredObject? previous)
    {
        var root = _root.Remove(key, out previous);
        if (previous is null)
            return this;
        while (root is Inner { Children.Length: 1 } inner)
            root = inner.Children[0];
        return root.Count == 0 ? Empty : new ObjectTree(root);
    }

    /// <summary>Objects in key order, of one namespace or of all, after a key exclusively.</summary>
    public IEnumerable<StoredObject> Range(string? ns, ObjectKey? after)
    {
        var path = new Stack<(Inner Node, int Next)>();
        var node = _root;
        var position = 0;
        if (LowerBound(ns, after) is { } bound)
        {
            while (node is Inner inner)
            {
                var child = inner.ChildFor(bound);
                path.Push((inner, child + 1));
                node = inner.Children[child];
            }
            position = ((Leaf)node).UpperBound(bound);
        }
        while (true)
        {
            while (node is Inner inner)
            {
                path.Push((inner, 1));
                node = inner.Children[0];
            }
            var items = ((Leaf)node).Items;
            for (; position < items.Length; position++)
            {
                if (ns is not null && items[position].Key.Namespace != ns)
                    yield break;
                yield return items[position];
            }
            position = 0;
            if (!Advance(path, out node))
                yield break;
        }
    }

    /// <summary>How many objects <see cref="Range"/> gives, without visiting them.</summary>
    public int CountRange(string? ns, ObjectKey? after)
    {
        var below = LowerBound(ns, after) is { } bound ? _root.CountUpTo(bound) : 0;
        // No namespace contains U+0000: the key is above all of this namespace and below the next one.
        var upTo = ns is null ? Count : _root.CountUpTo(new ObjectKey(ns + "\0", ""));
        return Math.Max(0, upTo - below);
    }

    private static ObjectKey? LowerBound(string? ns, ObjectKey? after)
    {
        if (ns is null)
            return after;
        var start = new ObjectKey(ns, "");
        return after is { } key && key.CompareTo(start) > 0 ? key : start;
    }

    private static bool Advance(Stack<(Inner Node, int Next)> path, out TreeNode node)
    {
        while (path.TryPop(out var step))
        {
            if (step.Next == step.Node.Children.Length)
                continue;
            path.Push((step.Node, step.Next + 1));
            node = step.Node.Children[step.Next];
            return true;
        }
        node = Leaf.Empty;
        return false;
    }

    private static T[] Slice<T>(IReadOnlyList<T> list, int start)
    {
        var slice = new T[Math.Min(TreeNode.MaxSize, list.Count - start)];
        for (var i = 0; i < slice.Length; i++)
            slice[i] = list[start + i];
        return slice;
    }
}
