using ActorKube.Api.Names;
using ActorKube.Api.Objects;

namespace ActorKube.Store.Objects;

/// <summary>A node of <see cref="ObjectTree"/>. Arrays are never changed after construction.</summary>
internal abstract class TreeNode
{
    /// <summary>Most items of a leaf and most children of an inner node: large enough for a flat tree, small enough to copy on every write.</summary>
    public const int MaxSize = 48;

    /// <summary>Below this size a node is merged with a neighbour if both fit into one.</summary>
    protected const int MinSize = MaxSize / 4;

    /// <summary>Number of objects below.</summary>
    public abstract int Count { get; }

    /// <summary>Number of items or children.</summary>
    public abstract int Size { get; }

    /// <summary>The first object below; it decides where keys are looked for.</summary>
    public abstract StoredObject First { get; }

    /// <summary>Number of objects with a key up to and including <paramref name="key"/>.</summary>
    public abstract int CountUpTo(ObjectKey key);

    public abstract (TreeNode Left, TreeNode? Right) Set(StoredObject item, out StoredObject? previous);

    public abstract TreeNode Remove(ObjectKey key, out StoredObject? previous);

    /// <summary>Both nodes as one; they are neighbours of the same level.</summary>
    public abstract TreeNode Join(TreeNode right);

    protected static T[] With<T>(T[] source, int index, T value)
    {
        var copy = (T[])source.Clone();
        copy[index] = value;
        return copy;
    }

    protected static T[] Insert<T>(T[] source, int index, T value)
    {
        var copy = new T[source.Length + 1];
        Array.Copy(source, copy, index);
        copy[index] = value;
        Array.Copy(source, index, copy, index + 1, source.Length - index);
        return copy;
    }

    protected static T[] Without<T>(T[] source, int index)
    {
        var copy = new T[source.Length - 1];
        Array.Copy(source, copy, index);
        Array.Copy(source, index + 1, copy, index, copy.Length - index);
        return copy;
    }

    /// <summary>Where to split a full array after an insertion at <paramref name="index"/>: rising keys leave full nodes behind.</summary>
    protected static int SplitAt(int length, int index) => index == length - 1 ? length - 1 : length / 2;
}

/// <summary>Up to <see cref="TreeNode.MaxSize"/> objects in key order.</summary>
internal sealed class Leaf(StoredObject[] items) : TreeNode
{
    public static readonly Leaf Empty = new([]);

    public StoredObject[] Items { get; } = items;

    public override int Count => Items.Length;

    public override int Size => Items.Length;

    public override StoredObject First => Items[0];

    /// <summary>Index of the first item with a greater key.</summary>
    public int UpperBound(ObjectKey key)
    {
        int low = 0, high = Items.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Items[middle].Key.CompareTo(key) <= 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    public override int CountUpTo(ObjectKey key) => UpperBound(key);

    public override (TreeNode Left, TreeNode? Right) Set(StoredObject item, out StoredObject? previous)
    {
        var index = UpperBound(item.Key);
        if (index > 0 && Items[index - 1].Key == item.Key)
        {
            previous = Items[index - 1];
            return (new Leaf(With(Items, index - 1, item)), null);
        }
        previous = null;
        var grown = Insert(Items, index, item);
        if (grown.Length <= MaxSize)
            return (new Leaf(grown), null);
        var split = SplitAt(grown.Length, index);
        return (new Leaf(grown[..split]), new Leaf(grown[split..]));
    }

    public override TreeNode Remove(ObjectKey key, out StoredObject? previous)
    {
        var index = UpperBound(key) - 1;
        previous = index >= 0 && Items[index].Key == key ? Items[index] : null;
        return previous is null ? this : new Leaf(Without(Items, index));
    }

    public override TreeNode Join(TreeNode right) => new Leaf([.. Items, .. ((Leaf)right).Items]);
}

/// <summary>Up to <see cref="TreeNode.MaxSize"/> nodes of the level below.</summary>
internal sealed class Inner : TreeNode
{
    private readonly StoredObject[] _firsts;

    public Inner(TreeNode[] children)
    {
        Children = children;
        _firsts = new StoredObject[children.Length];
        var count = 0;
        for (var i = 0; i < children.Length; i++)
        {
            _firsts[i] = children[i].First;
            count += children[i].Count;
        }
        Count = count;
    }

    private Inner(TreeNode[] children, StoredObject[] firsts, int count) => (Children, _firsts, Count) = (children, firsts, count);

    public TreeNode[] Children { get; }

    public override int Count { get; }

    public override int Size => Children.Length;

    public override StoredObject First => _firsts[0];

    /// <summary>Index of the only child that can hold a key.</summary>
    public int ChildFor(ObjectKey key)
    {
        int low = 1, high = _firsts.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (_firsts[middle].Key.CompareTo(key) <= 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low - 1;
    }

    public override int CountUpTo(ObjectKey key)
    {
        var child = ChildFor(key);
        var count = Children[child].CountUpTo(key);
        for (var i = 0; i < child; i++)
            count += Children[i].Count;
        return count;
    }

    public override (TreeNode Left, TreeNode? Right) Set(StoredObject item, out StoredObject? previous)
    {
        var index = ChildFor(item.Key);
        var (left, right) = Children[index].Set(item, out previous);
        var children = With(Children, index, left);
        if (right is null)
            return (Replaced(children, index), null);
        children = Insert(children, index + 1, right);
        if (children.Length <= MaxSize)
            return (new Inner(children), null);
        var split = SplitAt(children.Length, index + 1);
        return (new Inner(children[..split]), new Inner(children[split..]));
    }

    public override TreeNode Remove(ObjectKey key, out StoredObject? previous)
    {
        var index = ChildFor(key);
        var child = Children[index].Remove(key, out previous);
        if (previous is null)
            return this;
        if (child.Size == 0)
            return Children.Length == 1 ? Leaf.Empty : new Inner(Without(Children, index));
        var children = With(Children, index, child);
        return new Inner(child.Size < MinSize ? MergeAt(children, index) : children);
    }

    public override TreeNode Join(TreeNode right) => new Inner([.. Children, .. ((Inner)right).Children]);

    // One child has been replaced: what is known of the others stays.
    private Inner Replaced(TreeNode[] children, int index)
    {
        var first = children[index].First;
        return new Inner(
            children, ReferenceEquals(first, _firsts[index]) ? _firsts : With(_firsts, index, first), Count - Children[index].Count + children[index].Count);
    }

    private static TreeNode[] MergeAt(TreeNode[] children, int index)
    {
        var left = index > 0 && children[index - 1].Size + children[index].Size <= MaxSize ? index - 1
            : index + 1 < children.Length && children[index].Size + children[index + 1].Size <= MaxSize ? index
            : -1;
        return left < 0 ? children : With(Without(children, left + 1), left, children[left].Join(children[left + 1]));
    }
}
