using ActorKube.Api.Names;
using ActorKube.Api.Objects;
using ActorKube.Protocol.Store;
using ActorKube.Protocol.Wire;
using ActorKube.Store.Writing;

namespace ActorKube.Store.Actors;

/// <summary>Fields of the store messages that carry objects.</summary>
internal static class StoreMessageFormat
{
    private const ulong Create = 0;
    private const ulong Replace = 1;
    private const ulong Remove = 2;
    private const ulong Begin = 3;
    private const ulong UnderTenure = 4;

    public static void Write(ref WireWriter writer, ReplicaCopy message)
    {
        writer.Signed(message.Revision);
        writer.Unsigned((ulong)message.Index);
        writer.Flag(message.Last);
        writer.Unsigned((ulong)message.Objects.Count);
        foreach (var json in message.Objects)
            writer.Blob(json.Span);
    }

    public static ReplicaCopy ReadCopy(ref WireReader reader)
    {
        var revision = reader.Signed();
        var index = (int)reader.Unsigned();
        var last = reader.Flag();
        var objects = new List<ReadOnlyMemory<byte>>();
        for (var left = reader.Unsigned(); left > 0; left--)
            objects.Add(reader.Blob().ToArray());
        return new ReplicaCopy(revision, index, last, objects);
    }

    public static void Write(ref WireWriter writer, ReplicaEvents message)
    {
        writer.Signed(message.Previous);
        writer.Signed(message.Revision);
        writer.Unsigned((ulong)message.Changes.Count);
        foreach (var change in message.Changes)
        {
            writer.Signed(change.Revision);
            writer.Signed(change.At.ToUnixTimeMilliseconds());
            writer.Flag(change.Removed is not null);
            if (change.Removed is { } key)
                WriteKey(ref writer, key);
            else
                writer.Blob(change.Json.Span);
        }
    }

    public static ReplicaEvents ReadEvents(ref WireReader reader)
    {
        var previous = reader.Signed();
        var revision = reader.Signed();
        var changes = new List<ReplicaChange>();
        for (var left = reader.Unsigned(); left > 0; left--)
        {
            var at = reader.Signed();
            var time = DateTimeOffset.FromUnixTimeMilliseconds(reader.Signed());
            changes.Add(reader.Flag()
                ? new ReplicaChange(at, time, ReadKey(ref reader), default)
                : new ReplicaChange(at, time, null, reader.Blob().ToArray()));
        }
        return new ReplicaEvents(previous, revision, changes);
    }

    public static void Write(ref WireWriter writer, ForwardWrites message)
    {
        writer.Text(message.ResourceId);
        writer.Signed(message.Batch);
        writer.Unsigned((ulong)message.Commands.Count);
        foreach (var command in message.Commands)
            WriteCommand(ref writer, command);
    }

    public static ForwardWrites ReadWrites(ref WireReader reader)
    {
        var id = reader.Text();
        var batch = reader.Signed();
        var commands = new List<WriteCommand>();
        for (var left = reader.Unsigned(); left > 0; left--)
            commands.Add(ReadCommand(ref reader));
        return new ForwardWrites(id, batch, commands);
    }

    public static void Write(ref WireWriter writer, ForwardedResults message)
    {
        writer.Signed(message.Batch);
        writer.Unsigned((ulong)message.Results.Count);
        foreach (var result in message.Results)
        {
            writer.Unsigned((ulong)result.Fate);
            writer.Unsigned((ulong)result.Outcome);
            writer.Signed(result.Revision);
            writer.Blob(result.Json.Span);
        }
    }

    public static ForwardedResults ReadResults(ref WireReader reader)
    {
        var batch = reader.Signed();
        var results = new List<ForwardedResult>();
        for (var left = reader.Unsigned(); left > 0; left--)
            results.Add(new ForwardedResult(ReadEnum<WriteFate>(ref reader), ReadEnum<WriteOutcome>(ref reader), reader.Signed(), reader.Blob().ToArray()));
        return new ForwardedResults(batch, results);
    }

    private static void WriteCommand(ref WireWriter writer, WriteCommand command)
    {
        if (command.Tenure is { } tenure)
        {
            writer.Unsigned(UnderTenure);
            WriteTenure(ref writer, tenure);
        }
        writer.Unsigned(command switch
        {
            CreateObject => Create,
            ReplaceObject => Replace,
            RemoveObject => Remove,
            BeginTenure => Begin,
            _ => throw new InvalidOperationException($"Unknown write command {command.GetType().Name}."),
        });
        WriteKey(ref writer, command.Key);
        writer.Optional(command.Fence?.Name);
        writer.Signed(command.Fence?.Epoch ?? 0);
        switch (command)
        {
            case CreateObject create:
                WriteContent(ref writer, create.Content, create.ExpiresAt);
                break;
            case ReplaceObject replace:
                writer.Signed(replace.ExpectedRevision);
                WriteContent(ref writer, replace.Content, replace.ExpiresAt);
                break;
            case RemoveObject remove:
                writer.Optional(remove.ExpectedRevision);
                writer.Optional(remove.ExpectedUid);
                break;
            case BeginTenure begin:
                WriteTenure(ref writer, begin.Begun);
                writer.Flag(begin.Renews);
                break;
        }
    }

    private static WriteCommand ReadCommand(ref WireReader reader)
    {
        var kind = reader.Unsigned();
        if (kind == UnderTenure)
        {
            var tenure = ReadTenure(ref reader);
            return ReadCommand(ref reader) with { Tenure = tenure };
        }
        var key = ReadKey(ref reader);
        var fenceName = reader.OptionalText();
        var epoch = reader.Signed();
        var fence = fenceName is null ? null : new Fence(fenceName, epoch);
        switch (kind)
        {
            case Create:
                var created = ReadContent(ref reader, out var createExpires);
                return new CreateObject(key, created, createExpires) { Fence = fence };
            case Replace:
                var expected = reader.Signed();
                var replaced = ReadContent(ref reader, out var replaceExpires);
                return new ReplaceObject(key, expected, replaced, replaceExpires) { Fence = fence };
            case Remove:
                return new RemoveObject(key, reader.OptionalSigned(), reader.OptionalText()) { Fence = fence };
            case Begin:
                return new BeginTenure(ReadTenure(ref reader), reader.Flag());
            default:
                throw new FormatException($"Unknown write command {kind}.");
        }
    }

    private static void WriteTenure(ref WireWriter writer, Tenure tenure)
    {
        writer.Text(tenure.Role);
        writer.Text(tenure.Holder);
    }

    private static Tenure ReadTenure(ref WireReader reader) => new(reader.Text(), reader.Text());

    private static void WriteContent(ref WireWriter writer, EncodedTemplate content, DateTimeOffset? expiresAt)
    {
        writer.Optional(expiresAt?.ToUnixTimeMilliseconds());
        writer.Unsigned((ulong)content.RevisionOffset);
        writer.Blob(content.Json.Span);
    }

    private static EncodedTemplate ReadContent(ref WireReader reader, out DateTimeOffset? expiresAt)
    {
        expiresAt = reader.OptionalSigned() is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null;
        var offset = (int)reader.Unsigned();
        return new EncodedTemplate(reader.Blob().ToArray(), offset);
    }

    private static void WriteKey(ref WireWriter writer, ObjectKey key)
    {
        writer.Text(key.Namespace);
        writer.Text(key.Name);
    }

    private static ObjectKey ReadKey(ref WireReader reader) => new(reader.Text(), reader.Text());

    private static T ReadEnum<T>(ref WireReader reader)
        where T : struct, Enum
    {
        var value = (T)Enum.ToObject(typeof(T), reader.Unsigned());
        return Enum.IsDefined(value) ? value : throw new FormatException($"{value} is not a {typeof(T).Name}.");
    }
}
