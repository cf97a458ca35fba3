using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using ActorKube.Api.Names;

namespace ActorKube.Api.Schema.Image;

/// <summary>
/// The schemas of the built-in kinds, read in place out of the embedded image: opening it costs one copy of its bytes, and each node, string
/// and definition is made when it is first asked for. Safe for any number of threads; a race makes an equal thing twice and keeps one.
/// </summary>
internal sealed class SchemaImage
{
    private static readonly Lazy<SchemaImage> Shared = new(() => new SchemaImage(Resource(SchemaImageFormat.ImageResource)));

    private readonly byte[] _bytes;
    private readonly string?[] _strings;
    private readonly SchemaNode?[] _nodes;
    private readonly SchemaObject?[] _definitions;

    public SchemaImage(byte[] bytes)
    {
        _bytes = bytes;
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes) != SchemaImageFormat.Magic)
            throw new FormatException("This is not a schema image of this version.");
        _strings = new string?[Count(ImageTable.StringEnds)];
        _nodes = new SchemaNode?[Count(ImageTable.Nodes)];
        _definitions = new SchemaObject?[Count(ImageTable.Definitions)];
    }

    /// <summary>The image in this assembly.</summary>
    public static SchemaImage BuiltIn => Shared.Value;

    public int DefinitionCount => _definitions.Length;

    /// <summary>What tells this image from any other: its bytes.</summary>
    public ReadOnlySpan<byte> Identity => _bytes;

    /// <summary>All kinds and the numbers of their definitions.</summary>
    public IEnumerable<(GroupVersionKind Kind, int Definition)> Kinds()
    {
        for (var i = 0; i < Count(ImageTable.Kinds); i++)
        {
            var at = Start(ImageTable.Kinds) + i * SchemaImageFormat.KindSize;
            yield return (Kind(at), U16(at + 6));
        }
    }

    /// <summary>The schema of a definition as a whole.</summary>
    public SchemaNode Root(int definition) => Node(U16(Start(ImageTable.Definitions) + definition * SchemaImageFormat.DefinitionSize + 2))!;

    /// <summary>The schema of the definition of that name, or null.</summary>
    public SchemaNode? Find(string name)
    {
        int low = 0, high = DefinitionCount - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = string.CompareOrdinal(Text(U16(Start(ImageTable.Definitions) + middle * SchemaImageFormat.DefinitionSize)), name);
            if (order == 0)
                return Root(middle);
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
    }

    /// <summary>Opens an embedded resource completely.</summary>
    public static byte[] Resource(string name)
    {
        using var stream = typeof(SchemaImage).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {name}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private SchemaObject? Definition(int index)
    {
        if (index == SchemaImageFormat.None)
            return null;
        if (Volatile.Read(ref _definitions[index]) is { } known)
            return known;
        var at = Start(ImageTable.Definitions) + index * SchemaImageFormat.DefinitionSize;
        int firstProperty = U16(at + 4), properties = U16(at + 6), firstKind = U16(at + 8), kinds = U16(at + 10);
        var made = new SchemaObject(Text(U16(at)), Kinds(firstKind, kinds), () => Properties(firstProperty, properties)) 
        {
            Description = U16(at + 12),
            Atomic = ((NodeFlags)_bytes[Start(ImageTable.Nodes) + U16(at + 2) * SchemaImageFormat.NodeSize + 3]).HasFlag(NodeFlags.Atomic),
        };
        return Interlocked.CompareExchange(ref _definitions[index], made, null) ?? made;
    }

    private ImmutableArray<GroupVersionKind> Kinds(int first, int count) =>
        count == 0 ? [] : [.. Enumerable.Range(first, count).Select(i => Kind(Start(ImageTable.Kinds) + i * SchemaImageFormat.KindSize))];

    private GroupVersionKind Kind(int at) => new(Text(U16(at))!, Text(U16(at + 2))!, Text(U16(at + 4))!);

    private ImmutableArray<SchemaProperty> Properties(int first, int count)
    {
        var properties = ImmutableArray.CreateBuilder<SchemaProperty>(count);
        for (var i = first; i < first + count; i++)
        {
            var at = Start(ImageTable.Properties) + i * SchemaImageFormat.PropertySize;
            var flags = (PropertyFlags)U16(at + 6);
            properties.Add(new SchemaProperty(Text(U16(at))!, Node(U16(at + 2))!)
            {
                Description = U16(at + 4),
                Required = flags.HasFlag(PropertyFlags.Required),
                Enforced = flags.HasFlag(PropertyFlags.Enforced),
                Immutable = flags.HasFlag(PropertyFlags.Immutable),
            });
        }
        return properties.MoveToImmutable();
    }

    private SchemaNode? Node(int index)
    {
        if (index == SchemaImageFormat.None)
            return null;
        if (Volatile.Read(ref _nodes[index]) is { } known)
            return known;
        var at = Start(ImageTable.Nodes) + index * SchemaImageFormat.NodeSize;
        var flags = (NodeFlags)_bytes[at + 3];
        var made = new SchemaNode
        {
            Type = (SchemaType)_bytes[at],
            ListType = (ListType)_bytes[at + 1],
            PatchStrategy = (PatchStrategy)_bytes[at + 2],
            Nullable = flags.HasFlag(NodeFlags.Nullable),
            Atomic = flags.HasFlag(NodeFlags.Atomic),
            ZeroIsUnset = flags.HasFlag(NodeFlags.ZeroIsUnset),
            Format = Text(U16(at + 4)),
            Definition = Definition(U16(at + 6)),
            Items = Node(U16(at + 8)),
            Values = Node(U16(at + 10)),
            MergeKey = Text(U16(at + 12)),
            Default = Text(U16(at + 14)) is { } json ? new SchemaDefault(json) : null,
            ListKeys = List(U16(at + 16)),
            Enum = List(U16(at + 18)),
        };
        return Interlocked.CompareExchange(ref _nodes[index], made, null) ?? made;
    }

    private ImmutableArray<string> List(int index)
    {
        if (index == SchemaImageFormat.None)
            return [];
        var at = Start(ImageTable.Lists) + index * 2;
        return [.. Enumerable.Range(1, U16(at)).Select(i => Text(U16(at + i * 2))!)];
    }

    private string? Text(int index)
    {
        if (index == SchemaImageFormat.None)
            return null;
        if (Volatile.Read(ref _strings[index]) is { } known)
            return known;
        var ends = Start(ImageTable.StringEnds);
        var start = index == 0 ? 0 : I32(ends + (index - 1) * 4);
        var made = Encoding.UTF8.GetString(_bytes, Start(ImageTable.Text) + start, I32(ends + index * 4) - start);
        return Interlocked.CompareExchange(ref _strings[index], made, null) ?? made;
    }

    private int Start(ImageTable table) => I32(4 + (int)table * 8);

    private int Count(ImageTable table) => I32(4 + (int)table * 8 + 4);

    private int U16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));

    private int I32(int at) => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(at));
}
