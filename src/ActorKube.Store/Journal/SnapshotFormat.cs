using System.Buffers;
using System.Collections.Immutable;
using System.IO.Compression;
using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Wire;
using ActorKube.Store.Objects;
using ActorKube.Store.Resources;

namespace ActorKube.Store.Journal;

/// <summary>The bytes of snapshots: a plain header, then all objects in key order, compressed as one stream because they resemble each other.</summary>
internal static class SnapshotFormat
{
    public const string Manifest = "S1";

    private const int FlushSize = 48 << 10;

    public static byte[] Write(ResourceSnapshotData snapshot)
    {
        var state = snapshot.State;
        var output = new MemoryStream();
        var buffer = new ArrayBufferWriter<byte>(2 * FlushSize);
        var header = new WireWriter(buffer);
        header.Signed(snapshot.Revision);
        header.Signed(snapshot.CompactedTo);
        header.Unsigned((ulong)state.Fences.Count);
        foreach (var (name, epoch) in state.Fences)
        {
            header.Text(name);
            header.Signed(epoch);
        }
        header.Unsigned((ulong)state.Objects.Count);
        Move(buffer, output);
        using (var compressed = new BrotliStream(output, CompressionLevel.Fastest, leaveOpen: true))
        {
            foreach (var item in state.Objects.Range(null, null))
            {
                WriteObject(buffer, item, state.Expiries);
                if (buffer.WrittenCount >= FlushSize)
                    Move(buffer, compressed);
            }
            Move(buffer, compressed);
        }
        return output.ToArray();
    }

    /// <exception cref="JournalFormatException">The manifest is not known to this program.</exception>
    public static ResourceSnapshotData Read(string manifest, byte[] bytes)
    {
        if (manifest != Manifest)
            throw JournalFormatException.UnknownEntry(manifest);
        var header = new WireReader(bytes);
        var revision = header.Signed();
        var compactedTo = header.Signed();
        var fences = ImmutableDictionary.CreateBuilder<string, long>();
        for (var left = header.Unsigned(); left > 0; left--)
            fences.Add(header.Text(), header.Signed());
        var count = (int)header.Unsigned();
        var expiries = ImmutableDictionary.CreateBuilder<ObjectKey, Expiry>();
        var objects = ReadObjects(Decompress(bytes, header.Position), count, expiries);
        return new ResourceSnapshotData(new ResourceState(ObjectTree.FromSorted(objects), fences.ToImmutable(), expiries.ToImmutable()), revision, compactedTo);
    }

    private static StoredObject[] ReadObjects(byte[] body, int count, ImmutableDictionary<ObjectKey, Expiry>.Builder expiries)
    {
        var reader = new WireReader(body);
        var objects = new StoredObject[count];
        for (var i = 0; i < count; i++)
        {
            var expires = reader.OptionalSigned();
            // Copied, so that one live object does not keep the whole snapshot in memory.
            objects[i] = StoredObject.Parse(reader.Blob().ToArray());
            if (expires is { } at)
                expiries.Add(objects[i].Key, new Expiry(DateTimeOffset.FromUnixTimeMilliseconds(at), objects[i].Revision));
        }
        return objects;
    }

    private static byte[] Decompress(byte[] bytes, int start)
    {
        using var source = new BrotliStream(new MemoryStream(bytes, start, bytes.Length - start), CompressionMode.Decompress);
        var body = new MemoryStream(4 * bytes.Length);
        source.CopyTo(body);
        return body.ToArray();
    }

    private static void WriteObject(ArrayBufferWriter<byte> buffer, StoredObject item, ImmutableDictionary<ObjectKey, Expiry> expiries)
    {
        var writer = new WireWriter(buffer);
        writer.Optional(expiries.TryGetValue(item.Key, out var expiry) ? expiry.At.ToUnixTimeMilliseconds() : (long?)null);
        writer.Blob(item.Json.Span);
    }

    private static void Move(ArrayBufferWriter<byte> from, Stream to)
    {
        to.Write(from.WrittenSpan);
        from.ResetWrittenCount();
    }
}
