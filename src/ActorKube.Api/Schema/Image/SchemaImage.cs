using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using ActorKube.Api.Names;
using ActorKube.Api.Patching;

namespace ActorKube.Api.Schema.Image;

/// <summary>
/// The schemas of the built-in kinds, read in place out of the embedded image: opening it costs one copy of its bytes, and each node, string
/// and definition is made when it is first asked for. Safe for any number of threads; a race makes an equal thing twice and keeps one.
/// </summary>
internal sealed class SchemaImage
{

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
    public static SchemaImage BuiltIn { get; } = new(Resource(SchemaImageFormat.ImageResource));

    public int DefinitionCount => _definitions.Length;

    /// <summary>What tells this image from any other: its bytes.</summary>
    public ReadOnlySpan<byte> Identity => _bytes;

    /// <summary>All kinds.</summary>
    public IEnumerable<GroupVersionKind> Kinds()
    {
        for (var i = 0; i < Count(ImageTable.Kinds); i++)
            yield return Kind(i);
    }

    /// <summary>The schema of a kind, or null.</summary>
    public SchemaNode? Find(GroupVersionKind kind)
    {
        int low = 0, high = Count(ImageTable.Kinds) - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var at = KindAt(middle);
            var order = string.CompareOrdinal(Text(U16(at + 4)), kind.Kind);
            if (order == 0)
                order = string.CompareOrdinal(Text(U16(at)), kind.Group);
            if (order == 0)
                order = string.CompareOrdinal(Text(U16(at + 2)), kind.Version);
            if (order == 0)
                return Root(U16(at + 6));
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
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
        int first = U16(at + 4), count = U16(at + 6), kind = U16(at + 8);
        var made = new SchemaObject(Text(U16(at)), kind == SchemaImageFormat.None ? [] : [Kind(kind)], () => Properties(first, count)) 
        {
            Description = U16(at + 10),
            Atomic = ((NodeFlags)_bytes[Start(ImageTable.Nodes) + U16(at + 2) * SchemaImageFormat.NodeSize + 3]).HasFlag(NodeFlags.Atomic),
        };
        return Interlocked.CompareExchange(ref _definitions[index], made, null) ?? made;
    }

    private int KindAt(int index) => Start(ImageTable.Kinds) + index * SchemaImageFormat.KindSize;

    private GroupVersionKind Kind(int index) => new(Text(U16(KindAt(index)))!, Text(U16(KindAt(index) + 2))!, Text(U16(KindAt(index) + 4))!);

    private ImmutableArray<SchemaProperty> Properties(int first, int count)
    {
        var properties = new SchemaProperty[count];
        for (var i = 0; i < count; i++)
        {
            var at = Start(ImageTable.Properties) + (first + i) * SchemaImageFormat.PropertySize;
            var flags = (PropertyFlags)U16(at + 6);
            properties[i] = new SchemaProperty(Text(U16(at))!, Node(U16(at + 2))!)
            {
                Description = U16(at + 4),
                Required = flags.HasFlag(PropertyFlags.Required),
                Enforced = flags.HasFlag(PropertyFlags.Enforced),
                Immutable = flags.HasFlag(PropertyFlags.Immutable),
                DeclaredImmutable = flags.HasFlag(PropertyFlags.DeclaredImmutable),
            };
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(properties);
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
            Strategy = (PatchStrategy)_bytes[at + 2],
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
        var items = new string[U16(at)];
        for (var i = 0; i < items.Length; i++)
            items[i] = Text(U16(at + 2 + i * 2))!;
        return ImmutableCollectionsMarshal.AsImmutableArray(items);
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
