using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ActorKube.Api.Json;

namespace ActorKube.Api.Objects;

/// <summary>
/// The trees of objects that were read or written a moment ago, so that all who look at a state soon after it came into being share one parse of it. Whoever writes a state has its tree at hand already.
/// A fixed table in which a newcomer replaces whoever had its slot; large objects stay out, so that it never holds more than some megabytes.
/// </summary>
public static class ObjectTrees
{
    private const int Slots = 256;
    private const int MaxBytes = 16 * 1024;
    private const int LookedAtOneOf = 8;
    private static readonly Entry?[] Table = new Entry?[Slots];
    private static int _left;

    /// <summary>The whole object, for reading only: others read the same tree at the same time.</summary>
    /// <exception cref="Errors.ApiException">The bytes are no object.</exception>
    public static JsonObject Of(StoredObject item)
    {
        if (Volatile.Read(ref Slot(item)) is { } known && ReferenceEquals(known.Item, item))
            return known.Tree;
        var tree = JsonDecoder.Decode(item.Json.Span, JsonLimits.Stored).RequireObject();
        Remember(item, tree);
        return tree;
    }

    /// <summary>Takes over the tree of a state that has just been written; nobody may change it from now on.</summary>
    /// <param name="item">The state.</param>
    /// <param name="tree">What it was encoded from, with its resource version.</param>
    public static void Remember(StoredObject item, JsonObject tree)
    {
        if (item.Json.Length > MaxBytes)
            return;
        ref var slot = ref Slot(item);
        LookAt(Volatile.Read(ref slot));
        Volatile.Write(ref slot, new Entry(item, tree));
    }

    // Nothing but discipline keeps readers from changing what they share. Debug builds look at some of the trees when they leave the table: by then those who read them have.
    [Conditional("DEBUG")]
    private static void LookAt(Entry? leaving)
    {
        if (leaving is not null && Interlocked.Increment(ref _left) % LookedAtOneOf == 0 && HasChanged(leaving.Item, leaving.Tree))
            Debug.Fail($"Somebody has changed the tree of {leaving.Item.Key} that all share.", leaving.Tree.ToJsonString());
    }

    /// <summary>Whether a tree no longer says what the object's bytes do, for tests.</summary>
    internal static bool HasChanged(StoredObject item, JsonObject tree) => !JsonEquality.Same(JsonDecoder.Decode(item.Json.Span, JsonLimits.Stored).Root, tree);

    /// <summary>What is remembered at this moment, for tests that look whether somebody has changed what is shared.</summary>
    internal static IEnumerable<(StoredObject Item, JsonObject Tree)> Remembered => Table.OfType<Entry>().Select(e => (e.Item, e.Tree));

    private static ref Entry? Slot(StoredObject item) => ref Table[RuntimeHelpers.GetHashCode(item) & (Slots - 1)];

    private sealed record Entry(StoredObject Item, JsonObject Tree);
}
