using System.Diagnostics;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Objects;

/// <summary>
/// The trees of objects that were read or written a moment ago, so that all who look at a state soon after it came into being share one parse of it. Whoever writes a state has its tree at hand already.
/// A fixed table in which a newcomer replaces whoever had its slot, first of all its own predecessor; who reads an older state, as those do who hear of a write a little later, takes the slot beside it.
/// It holds nothing beyond the next collection of garbage: a moment later a tree is worth less than what the collector pays for each of its hundreds of small nodes that it has to keep.
/// </summary>
public static class ObjectTrees
{
    private const int Slots = 1024;
    private const int MaxBytes = 16 * 1024;
    private const int LookedAtOneOf = 8;
    private static readonly WeakReference<Entry>[] Table = [.. Enumerable.Range(0, Slots).Select(static _ => new WeakReference<Entry>(null!))];
    private static int _left;

    /// <summary>The whole object, for reading only: others read the same tree at the same time.</summary>
    /// <exception cref="Errors.ApiException">The bytes are no object.</exception>
    public static JsonObject Of(StoredObject item)
    {
        if (Known(item) is { } known)
            return known;
        var tree = Read(item);
        Remember(item, tree);
        return tree;
    }

    /// <summary>The whole object as a tree of the caller's own: a copy of one that is remembered, else read anew.</summary>
    /// <exception cref="Errors.ApiException">The bytes are no object.</exception>
    public static JsonObject CopyOf(StoredObject item) => (JsonObject?)Known(item)?.DeepClone() ?? Read(item);

    /// <summary>Takes over the tree of a state that has just been written; nobody may change it from now on.</summary>
    /// <param name="item">The state.</param>
    /// <param name="tree">What it was encoded from, with its resource version.</param>
    public static void Remember(StoredObject item, JsonObject tree)
    {
        if (item.Json.Length > MaxBytes)
            return;
        var slot = Slot(item);
        // Read, decided, written: two who do so at once cost a parse, never a wrong tree.
        if (slot.TryGetTarget(out var present) && IsOlder(item, present.Item))
            slot = SlotBeside(item);
        LookAt(slot);
        slot.SetTarget(new Entry(item, tree));
    }

    // Revisions are compared within one object only: keys are shared with objects of other resources.
    private static bool IsOlder(StoredObject item, StoredObject than) => item.Revision < than.Revision && item.Head.Uid.Length > 0 && item.Head.Uid == than.Head.Uid;

    // Nothing but discipline keeps readers from changing what they share. Debug builds look at some of the trees when they leave the table: by then those who read them have.
    [Conditional("DEBUG")]
    private static void LookAt(WeakReference<Entry> slot)
    {
        if (slot.TryGetTarget(out var leaving) && Interlocked.Increment(ref _left) % LookedAtOneOf == 0 && HasChanged(leaving.Item, leaving.Tree))
            Debug.Fail($"Somebody has changed the tree of {leaving.Item.Key} that all share.", leaving.Tree.ToJsonString());
    }

    /// <summary>Whether a tree no longer says what the object's bytes do, for tests.</summary>
    internal static bool HasChanged(StoredObject item, JsonObject tree) => !JsonEquality.Same(Read(item), tree);

    /// <summary>What is remembered at this moment, for tests that look whether somebody has changed what is shared.</summary>
    internal static IEnumerable<(StoredObject Item, JsonObject Tree)> Remembered =>
        Table.Select(static slot => slot.TryGetTarget(out var entry) ? entry : null).OfType<Entry>().Select(static e => (e.Item, e.Tree));

    private static JsonObject? Known(StoredObject item) => In(Slot(item), item) ?? In(SlotBeside(item), item);

    private static JsonObject? In(WeakReference<Entry> slot, StoredObject item) => slot.TryGetTarget(out var entry) && ReferenceEquals(entry.Item, item) ? entry.Tree : null;

    private static JsonObject Read(StoredObject item) => JsonDecoder.Decode(item.Json.Span, JsonLimits.Stored).RequireObject();

    private static WeakReference<Entry> Slot(StoredObject item) => Table[Index(item)];

    private static WeakReference<Entry> SlotBeside(StoredObject item) => Table[Index(item) ^ 1];

    private static int Index(StoredObject item) => item.Key.GetHashCode() & (Slots - 1);

    private sealed record Entry(StoredObject Item, JsonObject Tree);
}
