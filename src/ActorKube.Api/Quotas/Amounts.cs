using System.Collections;
using System.Text.Json.Nodes;
using ActorKube.Api.Quantities;

namespace ActorKube.Api.Quotas;

/// <summary>Amounts of resources by name (upstream: <c>ResourceList</c> and <c>pkg/quota/v1/resources.go</c>). Filled by <see cref="Add(string, Quantity)"/> while it is built, and not changed afterwards.</summary>
public sealed class Amounts : IReadOnlyCollection<KeyValuePair<string, Quantity>>
{
    private readonly SortedDictionary<string, Quantity> _amounts = new(StringComparer.Ordinal);

    /// <summary>Reads a list of amounts; what is no quantity is left out.</summary>
    public static Amounts Read(JsonObject? list)
    {
        var amounts = new Amounts();
        foreach (var (name, value) in list ?? [])
            if (Quantity.TryParse(value?.ToString(), out var amount))
                amounts._amounts[name] = amount;
        return amounts;
    }

    /// <inheritdoc/>
    public int Count => _amounts.Count;

    /// <summary>Names in order.</summary>
    public IEnumerable<string> Names => _amounts.Keys;

    /// <summary>The amount of a resource; zero when it is not mentioned.</summary>
    public Quantity this[string name] => _amounts.GetValueOrDefault(name);

    /// <summary>Whether a resource is mentioned.</summary>
    public bool Has(string name) => _amounts.ContainsKey(name);

    /// <summary>Adds to the amount of a resource.</summary>
    public void Add(string name, Quantity amount) => _amounts[name] = _amounts.TryGetValue(name, out var now) ? now + amount : amount;

    /// <summary>Adds all of another's amounts.</summary>
    public void Add(Amounts others)
    {
        foreach (var (name, amount) in others._amounts)
            Add(name, amount);
    }

    /// <summary>The sum of both.</summary>
    public Amounts Plus(Amounts other)
    {
        var sum = new Amounts();
        sum.Add(this);
        sum.Add(other);
        return sum;
    }

    /// <summary>By how much each amount is above the other's; zero where it is not.</summary>
    public Amounts Above(Amounts other)
    {
        var rest = new Amounts();
        foreach (var (name, amount) in _amounts)
            rest.Add(name, amount > other[name] ? amount - other[name] : Quantity.Zero);
        return rest;
    }

    /// <summary>The amounts whose names pass.</summary>
    public Amounts Where(Func<string, Quantity, bool> passes)
    {
        var kept = new Amounts();
        foreach (var (name, amount) in _amounts)
            if (passes(name, amount))
                kept.Add(name, amount);
        return kept;
    }

    /// <summary>The names and amounts that both mention, as this has them.</summary>
    public Amounts Within(Amounts names) => Where((name, _) => names.Has(name));

    /// <summary>Whether both mention the same resources with equal amounts.</summary>
    public bool SameAs(Amounts other) => Count == other.Count && _amounts.All(a => other.Has(a.Key) && other[a.Key] == a.Value);

    /// <summary>As JSON, names in order.</summary>
    public JsonObject ToJson() => new(_amounts.Select(static a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value.ToString())));

    /// <summary>As upstream's messages show it: <c>cpu=2,memory=1Gi</c>.</summary>
    public override string ToString() => string.Join(',', _amounts.Select(static a => $"{a.Key}={a.Value}"));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Quantity>> GetEnumerator() => _amounts.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
