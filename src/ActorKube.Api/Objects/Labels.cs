using System.Collections;

namespace ActorKube.Api.Objects;

/// <summary>
/// The labels of one object: few, read often, compared by selectors. Kept as one array of alternating keys and values, in document order.
/// </summary>
public readonly struct Labels : IReadOnlyCollection<KeyValuePair<string, string>>
{
    /// <summary>No labels.</summary>
    public static readonly Labels None = new([]);

    private readonly string[]? _pairs;

    /// <summary>Takes ownership of an array of alternating keys and values.</summary>
    public Labels(string[] pairs)
    {
        if ((pairs.Length & 1) != 0)
            throw new ArgumentException("Keys and values have to alternate.", nameof(pairs));
        _pairs = pairs;
    }

    /// <summary>Copies a dictionary.</summary>
    public static Labels From(IEnumerable<KeyValuePair<string, string>>? labels) =>
        labels is null ? None : new Labels([.. labels.SelectMany(l => new[] { l.Key, l.Value })]);

    /// <inheritdoc/>
    public int Count => (_pairs?.Length ?? 0) / 2;

    /// <summary>The value under <paramref name="key"/>, or null.</summary>
    public string? this[string key]
    {
        get
        {
            var pairs = _pairs;
            if (pairs is null)
                return null;
            for (var i = 0; i < pairs.Length; i += 2)
                if (pairs[i] == key)
                    return pairs[i + 1];
            return null;
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return new(_pairs![2 * i], _pairs[2 * i + 1]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
