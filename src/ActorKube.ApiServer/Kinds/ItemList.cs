using System.Collections;
using System.Text.Json.Nodes;

namespace ActorKube.ApiServer.Kinds;

/// <summary>The objects in a list, with their places. A loop over it allocates nothing: every request for a pod makes some fifty.</summary>
/// <param name="items">The list; null for none.</param>
internal readonly struct ItemList(JsonArray? items) : IEnumerable<(int Index, JsonObject Item)>
{
    /// <summary>For <c>foreach</c>.</summary>
    public Enumerator GetEnumerator() => new(items);

    IEnumerator<(int Index, JsonObject Item)> IEnumerable<(int Index, JsonObject Item)>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Passes over what is no object.</summary>
    public struct Enumerator(JsonArray? items) : IEnumerator<(int Index, JsonObject Item)>
    {
        private int _next;

        /// <inheritdoc/>
        public (int Index, JsonObject Item) Current { readonly get; private set; }

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext()
        {
            while (items is not null && _next < items.Count)
                if (items[_next++] is JsonObject item)
                {
                    Current = (_next - 1, item);
                    return true;
                }
            return false;
        }

        /// <inheritdoc/>
        public void Reset() => _next = 0;

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }
    }
}
