using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace ActorKube.Api.Json;

/// <summary>
/// What reading a tree needs besides the tree, kept per thread: the way down to where the reader is, and the members of the objects on that way. An object is made when all its members are known,
/// so that its table is made once and fits.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An enumerator that has nothing to dispose of.")]
internal sealed class JsonScratch
{
    [ThreadStatic]
    private static JsonScratch? _pooled;

    private readonly Members _members;
    private KeyValuePair<string, JsonNode?>[] _stack = new KeyValuePair<string, JsonNode?>[64];
    private Step[] _path = new Step[16];
    private int _levels;

    private JsonScratch() => _members = new Members(this);

    /// <summary>Where the reader is within each level, as far as it has been.</summary>
    public Span<Step> Path => _path.AsSpan(0, _levels);

    /// <summary>Number of members of all objects on the way.</summary>
    public int Count { get; private set; }

    /// <summary>That of this thread, or another when somebody is reading with it.</summary>
    public static JsonScratch Rent()
    {
        var scratch = _pooled ?? new JsonScratch();
        _pooled = null;
        return scratch;
    }

    /// <summary>Gives it back for the next reader.</summary>
    public static void Return(JsonScratch scratch)
    {
        scratch.Drop(0);
        // What one deep object has made long is not cleared as a whole for all that follow.
        scratch.Path.Clear();
        scratch._levels = 0;
        _pooled = scratch;
    }

    /// <summary>Begins a level.</summary>
    /// <param name="level">Its number; those above it have been begun.</param>
    /// <param name="index">Where in it the reader is; negative under names.</param>
    public void Enter(int level, int index)
    {
        if (level == _path.Length)
            Array.Resize(ref _path, 2 * level);
        _levels = Math.Max(_levels, level + 1);
        _path[level].Index = index;
    }

    /// <summary>Adds a member to the innermost object.</summary>
    public void Push(string name, JsonNode? value)
    {
        if (Count == _stack.Length)
            Array.Resize(ref _stack, 2 * Count);
        _stack[Count++] = new(name, value);
    }

    /// <summary>Gives the innermost object's member of that name another value; false when there is none.</summary>
    /// <param name="start">What <see cref="Count"/> was when the object began.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    public bool TryReplace(int start, string name, JsonNode? value)
    {
        for (var i = start; i < Count; i++)
            if (_stack[i].Key == name)
            {
                _stack[i] = new(name, value);
                return true;
            }
        return false;
    }

    /// <summary>Makes the innermost object of its members.</summary>
    /// <param name="start">What <see cref="Count"/> was when the object began.</param>
    public JsonObject Take(int start)
    {
        if (start == Count)
            return [];
        var map = new JsonObject(_members.From(start));
        Drop(start);
        return map;
    }

    // Nothing that has been read is kept alive.
    private void Drop(int start)
    {
        Array.Clear(_stack, start, Count - start);
        Count = start;
    }

    /// <summary>Where the reader is within one level: under a name, or (when the index is not negative) at an index.</summary>
    internal struct Step
    {
        public string? Name;
        public int Index;
    }

    // The upper end of the stack, as the constructor of an object wants it. One for all, and its own enumerator: it is read at once and by nobody else.
    private sealed class Members(JsonScratch scratch) : ICollection<KeyValuePair<string, JsonNode?>>, IEnumerator<KeyValuePair<string, JsonNode?>>
    {
        private int _start;
        private int _next;

        public int Count => scratch.Count - _start;

        public bool IsReadOnly => true;

        public KeyValuePair<string, JsonNode?> Current => scratch._stack[_next];

        object IEnumerator.Current => Current;

        public Members From(int start)
        {
            (_start, _next) = (start, start - 1);
            return this;
        }

        public bool MoveNext() => ++_next < scratch.Count;

        public IEnumerator<KeyValuePair<string, JsonNode?>> GetEnumerator() => this;

        IEnumerator IEnumerable.GetEnumerator() => this;

        public void Dispose()
        {
        }

        public void Reset() => throw new NotSupportedException();

        public void Add(KeyValuePair<string, JsonNode?> item) => throw new NotSupportedException();

        public void Clear() => throw new NotSupportedException();

        public bool Contains(KeyValuePair<string, JsonNode?> item) => throw new NotSupportedException();

        public void CopyTo(KeyValuePair<string, JsonNode?>[] array, int arrayIndex) => throw new NotSupportedException();

        public bool Remove(KeyValuePair<string, JsonNode?> item) => throw new NotSupportedException();
    }
}
