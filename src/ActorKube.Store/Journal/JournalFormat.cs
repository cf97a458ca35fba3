using System.Buffers;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Protocol.Wire;
using ActorKube.Store.Resources;

namespace ActorKube.Store.Journal;

/// <summary>
/// The bytes of journal entries. A manifest names kind and schema of an entry and never changes its meaning: a new schema is a new manifest, and
/// reading it ships before writing it. <see cref="Version"/> counts the sets of manifests; a journal of a later set is refused as a whole.
/// </summary>
internal static class JournalFormat
{
    /// <summary>The newest set of manifests that this program knows.</summary>
    public const int Version = 1;

    public const string Created = "C1";
    public const string Raised = "X1";
    public const string Added = "A1";
    public const string Modified = "M1";
    public const string Removed = "D1";

    public static string Manifest(ResourceEvent @event) => @event switch
    {
        ObjectStored { Added: true } => Added,
        ObjectStored => Modified,
        ObjectRemoved => Removed,
        ResourceCreated => Created,
        RevisionsRaised => Raised,
        _ => throw new InvalidOperationException($"Unknown resource event {@event.GetType().Name}."),
    };

    public static byte[] Write(ResourceEvent @event)
    {
        var buffer = new ArrayBufferWriter<byte>(64);
        var writer = new WireWriter(buffer);
        writer.Signed(@event.At.ToUnixTimeMilliseconds());
        switch (@event)
        {
            case ObjectStored item:
                WriteFence(ref writer, item.Fence);
                writer.Optional(item.ExpiresAt?.ToUnixTimeMilliseconds());
                writer.Unsigned((ulong)item.Item.Json.Length);
                // The rest of a blob: put behind the fields below, without a copy between.
                return [.. buffer.WrittenSpan, .. item.Item.Json.Span];
            case ObjectRemoved removed:
                WriteFence(ref writer, removed.Fence);
                writer.Text(removed.Key.Namespace);
                writer.Text(removed.Key.Name);
                writer.Text(removed.Uid);
                break;
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="JournalFormatException">The manifest is not known to this program.</exception>
    public static ResourceEvent Read(string manifest, ReadOnlyMemory<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(reader.Signed());
        return manifest switch
        {
            Created => new ResourceCreated(at),
            Raised => new RevisionsRaised(at),
            Added => ReadStored(ref reader, at, added: true),
            Modified => ReadStored(ref reader, at, added: false),
            Removed => ReadRemoved(ref reader, at),
            _ => throw JournalFormatException.UnknownEntry(manifest),
        };
    }

    private static ObjectStored ReadStored(ref WireReader reader, DateTimeOffset at, bool added)
    {
        var fence = ReadFence(ref reader);
        DateTimeOffset? expires = reader.OptionalSigned() is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;
        return new ObjectStored(at, StoredObject.Parse(reader.Blob()), added, expires, fence);
    }

    private static ObjectRemoved ReadRemoved(ref WireReader reader, DateTimeOffset at)
    {
        var fence = ReadFence(ref reader);
        return new ObjectRemoved(at, new ObjectKey(reader.Text(), reader.Text()), reader.Text(), fence);
    }

    private static void WriteFence(ref WireWriter writer, Fence? fence)
    {
        writer.Optional(fence?.Name);
        if (fence is not null)
            writer.Signed(fence.Epoch);
    }

    private static Fence? ReadFence(ref WireReader reader) => reader.OptionalText() is { } name ? new Fence(name, reader.Signed()) : null;
}

/// <summary>The journal cannot be read by this program.</summary>
public sealed class JournalFormatException(string message) : Exception(message)
{
    internal static JournalFormatException UnknownEntry(string manifest) =>
        new($"The journal holds an entry of type '{manifest}', which this version of ActorKube does not know: it was written by a newer version; use that one.");

    internal static JournalFormatException Newer(int found) =>
        new($"The journal has format {found}, but this version of ActorKube reads formats up to {JournalFormat.Version}: it was written by a newer version; use that one.");
}
