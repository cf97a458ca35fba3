using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using ActorKube.Api.Schema.Image;
using ActorKube.SchemaBuilder.Model;

namespace ActorKube.SchemaBuilder;

/// <summary>Writes definitions in the form of <see cref="SchemaImageFormat"/>. The same definitions give the same bytes.</summary>
internal sealed class ImageWriter
{
    private readonly Numbers<string> _strings = new();
    private readonly Numbers<string> _descriptions = new();
    private readonly Numbers<ModelNode> _nodes = new();
    private readonly Dictionary<string, int> _listStarts = [];
    private readonly List<ushort> _lists = [];
    private readonly List<ushort> _definitions = [];
    private readonly List<ushort> _properties = [];
    private readonly List<ushort> _kinds = [];
    private readonly Dictionary<ModelKind, int> _kindNumbers = [];
    private int _propertyCount;

    public ImageWriter(IReadOnlyList<ModelDefinition> definitions)
    {
        DefinitionCount = definitions.Count;
        foreach (var (definition, index) in InOrder(definitions))
        {
            var kind = definition.Kind!;
            _kindNumbers.Add(kind, _kindNumbers.Count);
            Write(_kinds, Text(kind.Group), Text(kind.Version), Text(kind.Kind), index);
        }
        foreach (var definition in definitions)
            Add(definition);
    }

    private int DefinitionCount { get; }

    public byte[] Image()
    {
        var nodes = Nodes();
        var (ends, text) = Strings();
        (byte[] Bytes, int Count)[] tables =
        [
            (ends, _strings.Count), (text, text.Length), (Bytes(_definitions), DefinitionCount), (Bytes(_properties), _propertyCount),
            (nodes, _nodes.Count), (Bytes(_lists), _lists.Count), (Bytes(_kinds), _kindNumbers.Count),
        ];
        using var image = new MemoryStream();
        using var writer = new BinaryWriter(image);
        writer.Write(SchemaImageFormat.Magic);
        var offset = 4 + tables.Length * 8;
        foreach (var (bytes, count) in tables)
        {
            writer.Write(offset);
            writer.Write(count);
            offset += bytes.Length;
        }
        foreach (var (bytes, _) in tables)
            writer.Write(bytes);
        writer.Flush();
        return image.ToArray();
    }

    public byte[] Descriptions()
    {
        using var plain = new MemoryStream();
        using (var writer = new BinaryWriter(plain, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(_descriptions.Count);
            foreach (var description in _descriptions.Items)
                writer.Write(description);
        }
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            brotli.Write(plain.ToArray());
        return compressed.ToArray();
    }

    private static IEnumerable<(ModelDefinition Definition, int Index)> InOrder(IReadOnlyList<ModelDefinition> definitions) =>
        definitions.Select((d, i) => (Definition: d, Index: i)).Where(d => d.Definition.Kind is not null)
            .OrderBy(d => d.Definition.Kind!.Kind, StringComparer.Ordinal).ThenBy(d => d.Definition.Kind!.Group, StringComparer.Ordinal)
            .ThenBy(d => d.Definition.Kind!.Version, StringComparer.Ordinal);

    private void Add(ModelDefinition definition)
    {
        Write(_definitions, Text(definition.Name), Node(definition.Node), _propertyCount, definition.Properties.Count,
            definition.Kind is null ? SchemaImageFormat.None : _kindNumbers[definition.Kind], _descriptions.Of(definition.Description));
        foreach (var property in definition.Properties)
        {
            Write(_properties, Text(property.Name), Node(property.Node), _descriptions.Of(property.Description), (int)Flags(property));
            _propertyCount++;
        }
    }

    /// <summary>Numbers a node after the nodes inside it, so that readers never meet a number they have not seen.</summary>
    private int Node(ModelNode? node)
    {
        if (node is null)
            return SchemaImageFormat.None;
        Node(node.Items);
        Node(node.Values);
        return _nodes.Of(node);
    }

    private byte[] Nodes()
    {
        var records = new List<ushort>();
        foreach (var node in _nodes.Items)
            Write(records, (int)node.Type | (int)node.List << 8, (int)node.Strategy | (int)Flags(node) << 8, Text(node.Format),
                node.Definition < 0 ? SchemaImageFormat.None : node.Definition, Node(node.Items), Node(node.Values), Text(node.MergeKey),
                Text(node.Default), List(node.Keys), List(node.Enum));
        return Bytes(records);
    }

    private static PropertyFlags Flags(ModelProperty property) =>
        (property.Required ? PropertyFlags.Required : PropertyFlags.None)
        | (property.Enforced ? PropertyFlags.Enforced : PropertyFlags.None)
        | (property.Immutable ? PropertyFlags.Immutable : PropertyFlags.None)
        | (property.DeclaredImmutable ? PropertyFlags.DeclaredImmutable : PropertyFlags.None);

    private static NodeFlags Flags(ModelNode node) =>
        (node.Nullable ? NodeFlags.Nullable : NodeFlags.None)
        | (node.Atomic ? NodeFlags.Atomic : NodeFlags.None)
        | (node.ZeroIsUnset ? NodeFlags.ZeroIsUnset : NodeFlags.None);

    private int List(string commaSeparated)
    {
        if (commaSeparated.Length == 0)
            return SchemaImageFormat.None;
        if (_listStarts.TryGetValue(commaSeparated, out var start))
            return start;
        start = _lists.Count;
        var items = commaSeparated.Split(',');
        _lists.Add((ushort)items.Length);
        _lists.AddRange(items.Select(i => checked((ushort)Text(i))));
        _listStarts.Add(commaSeparated, start);
        return start;
    }

    private (byte[] Ends, byte[] Text) Strings()
    {
        using var text = new MemoryStream();
        var ends = new byte[_strings.Count * 4];
        foreach (var (index, item) in _strings.Items.Index())
        {
            text.Write(Encoding.UTF8.GetBytes(item));
            BinaryPrimitives.WriteInt32LittleEndian(ends.AsSpan(index * 4), (int)text.Length);
        }
        return (ends, text.ToArray());
    }

    private int Text(string? text) => text is null ? SchemaImageFormat.None : _strings.Of(text);

    private static void Write(List<ushort> table, params ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
            table.Add(checked((ushort)number));
    }

    private static byte[] Bytes(List<ushort> table)
    {
        var bytes = new byte[table.Count * 2];
        foreach (var (index, number) in table.Index())
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(index * 2), number);
        return bytes;
    }

    /// <summary>Gives equal things one number, in the order of their first use.</summary>
    private sealed class Numbers<T> where T : notnull
    {
        private readonly Dictionary<T, int> _numbers = [];
        public List<T> Items { get; } = [];
        public int Count => Items.Count;

        public int Of(T item)
        {
            if (_numbers.TryGetValue(item, out var number))
                return number;
            Items.Add(item);
            _numbers.Add(item, Items.Count - 1);
            return Items.Count - 1;
        }
    }
}
