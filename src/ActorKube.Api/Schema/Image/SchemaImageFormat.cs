namespace ActorKube.Api.Schema.Image;

/// <summary>
/// The embedded schema image, as the builder writes and <c>SchemaImage</c> reads it. Little-endian; every table has records of one size, so
/// that any record can be read in place and nothing has to be loaded up front:
/// <code>
/// header       magic, then one (offset, count) pair of u32 per table, in the order of <see cref="ImageTable"/>
/// strings      u32 end offsets into the text that follows; UTF-8
/// definitions  name, node, first property, number of properties, kind, description (u16 each); ordered by name
/// properties   name, node, description (u16 each), PropertyFlags (u16)
/// nodes        type, list type, patch strategy, NodeFlags (u8 each); format, definition, items, values, merge key, default, keys, enum (u16)
/// lists        u16: for each list its length, then its strings
/// kinds        group, version, kind, definition (u16 each); ordered by kind, group, version
/// </code>
/// All orders are ordinal. A reference that points nowhere is <see cref="None"/>. Descriptions live in a second, compressed resource in the order of their numbers.
/// </summary>
internal static class SchemaImageFormat
{
    /// <summary>First bytes of an image; the last digit is the version of the format.</summary>
    public const uint Magic = 0x31534B41;

    /// <summary>A reference that points nowhere.</summary>
    public const int None = 0xFFFF;

    public const int DefinitionSize = 12;
    public const int PropertySize = 8;
    public const int NodeSize = 20;
    public const int KindSize = 8;

    /// <summary>Name of the resource with the image.</summary>
    public const string ImageResource = "kubernetes.schema";

    /// <summary>Name of the resource with the descriptions (Brotli over length-prefixed UTF-8 strings).</summary>
    public const string DescriptionsResource = "kubernetes.schema.descriptions";
}

/// <summary>The tables of an image, in file order.</summary>
internal enum ImageTable
{
    StringEnds,
    Text,
    Definitions,
    Properties,
    Nodes,
    Lists,
    Kinds,
}

/// <summary>Flags of a property record.</summary>
[Flags]
internal enum PropertyFlags : ushort
{
    None = 0,
    Required = 1,
    Enforced = 2,
    Immutable = 4,
    DeclaredImmutable = 8,
}

/// <summary>Flags of a node record.</summary>
[Flags]
internal enum NodeFlags : byte
{
    None = 0,
    Nullable = 1,
    Atomic = 2,
    ZeroIsUnset = 4,
}
