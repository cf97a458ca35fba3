using System.Collections.Immutable;
using System.Numerics;

namespace ActorKube.Api.Schema;

/// <summary>
/// Finds a property by name. Every key of every object that is written goes through here several times, so it is a hash table over length and
/// three characters, which tells property names apart well and costs a fraction of hashing the whole string.
/// </summary>
internal sealed class PropertyTable
{
    private readonly byte[] _slots;

    public PropertyTable(ImmutableArray<SchemaProperty> properties)
    {
        if (properties.Length > 250)
            throw new ArgumentException("An object schema can have 250 properties at most.", nameof(properties));
        Properties = properties;
        _slots = new byte[BitOperations.RoundUpToPowerOf2((uint)Math.Max(2, properties.Length * 2))];
        for (var i = 0; i < properties.Length; i++)
        {
            var slot = Hash(properties[i].Name) & (_slots.Length - 1);
            while (_slots[slot] != 0)
                slot = (slot + 1) & (_slots.Length - 1);
            _slots[slot] = (byte)(i + 1);
            if (properties[i].Node.Default is not null)
                Defaulted = Defaulted.Add(properties[i]);
            if (properties[i].Enforced)
                Enforced = Enforced.Add(properties[i]);
        }
    }

    public ImmutableArray<SchemaProperty> Properties { get; }

    public ImmutableArray<SchemaProperty> Defaulted { get; private set; } = [];

    public ImmutableArray<SchemaProperty> Enforced { get; private set; } = [];

    public SchemaProperty? Find(string name)
    {
        var slots = _slots;
        for (var slot = Hash(name) & (slots.Length - 1); slots[slot] != 0; slot = (slot + 1) & (slots.Length - 1))
        {
            var property = Properties[slots[slot] - 1];
            if (property.Name == name)
                return property;
        }
        return null;
    }

    private static int Hash(string name) =>
        name.Length == 0 ? 0 : name.Length * 7 + name[0] * 31 + name[name.Length / 2] * 131 + name[^1] * 17;
}
