using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Client.Http;

/// <summary>Reads a list while it arrives: each object is cut out as bytes, nothing is kept twice.</summary>
internal sealed class ListReader
{
    private readonly List<StoredObject> _items = [];
    private JsonReaderState _state;
    private Place _place;
    private string _revision = "";
    private string? _continue;

    private enum Place
    {
        Start,
        Members,
        Items,
        End,
    }

    /// <summary>Reads to the end.</summary>
    /// <exception cref="FormatException">The document is no list, or ends early.</exception>
    public static async ValueTask<ObjectList> ReadAsync(Stream stream, CancellationToken cancel)
    {
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        var list = new ListReader();
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(cancel);
                var used = list.Parse(read.Buffer, read.IsCompleted);
                input.AdvanceTo(read.Buffer.GetPosition(used), read.Buffer.End);
                if (!read.IsCompleted)
                    continue;
                return list._place == Place.End ? new ObjectList(list._items, list._revision, list._continue) : throw new FormatException("The list ends early.");
            }
        }
        catch (JsonException damaged)
        {
            throw new FormatException($"The list is not JSON: {damaged.Message}", damaged);
        }
        finally
        {
            await input.CompleteAsync();
        }
    }

    // Goes as far as whole values reach; what is cut off in the middle is seen again together with what follows.
    private long Parse(in ReadOnlySequence<byte> buffer, bool isLast)
    {
        var reader = new Utf8JsonReader(buffer, isLast, _state);
        var done = reader;
        while (_place != Place.End && Step(ref reader, buffer))
            done = reader;
        _state = done.CurrentState;
        return _place == Place.End ? buffer.Length : done.BytesConsumed;
    }

    private bool Step(ref Utf8JsonReader reader, in ReadOnlySequence<byte> buffer)
    {
        if (!reader.Read())
            return false;
        switch (_place, reader.TokenType)
        {
            case (Place.Start, JsonTokenType.StartObject):
                _place = Place.Members;
                return true;
            case (Place.Members, JsonTokenType.EndObject):
                _place = Place.End;
                return true;
            case (Place.Members, JsonTokenType.PropertyName):
                return Member(ref reader, buffer);
            case (Place.Items, JsonTokenType.EndArray):
                _place = Place.Members;
                return true;
            case (Place.Items, JsonTokenType.StartObject):
                if (Value(ref reader, buffer) is not { } item)
                    return false;
                _items.Add(StoredObject.Parse(item.ToArray()));
                return true;
            default:
                throw new FormatException("The document is not a list.");
        }
    }

    private bool Member(ref Utf8JsonReader reader, in ReadOnlySequence<byte> buffer)
    {
        var isItems = reader.ValueTextEquals("items"u8);
        var isMetadata = reader.ValueTextEquals("metadata"u8);
        if (!reader.Read())
            return false;
        if (isItems && reader.TokenType == JsonTokenType.StartArray)
        {
            _place = Place.Items;
            return true;
        }
        if (Value(ref reader, buffer) is not { } value)
            return false;
        if (isMetadata)
            Metadata(value);
        return true;
    }

    private static ReadOnlySequence<byte>? Value(ref Utf8JsonReader reader, in ReadOnlySequence<byte> buffer)
    {
        var start = reader.TokenStartIndex;
        return reader.TrySkip() ? buffer.Slice(start, reader.BytesConsumed - start) : null;
    }

    private void Metadata(ReadOnlySequence<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            return;
        if (document.RootElement.TryGetProperty("resourceVersion"u8, out var revision))
            _revision = revision.GetString() ?? "";
        if (document.RootElement.TryGetProperty("continue"u8, out var next) && next.GetString() is { Length: > 0 } token)
            _continue = token;
    }
}
