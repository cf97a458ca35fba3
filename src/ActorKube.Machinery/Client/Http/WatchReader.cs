using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ActorKube.Api.Errors;
using ActorKube.Api.Objects;

namespace ActorKube.Machinery.Client.Http;

/// <summary>Reads a watch: one event a line.</summary>
internal static class WatchReader
{
    /// <summary>The events, until the stream ends or breaks: either way the reader resumes from the last one.</summary>
    /// <exception cref="ApiException">The server ended the watch with an error.</exception>
    /// <exception cref="FormatException">A line is not an event.</exception>
    public static async IAsyncEnumerable<WatchEvent> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancel)
    {
        var input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024, leaveOpen: true));
        await using var completion = new Completion(input);
        while (true)
        {
            var read = await TryReadAsync(input, cancel);
            if (read is not { } some)
                yield break;
            var rest = some.Buffer;
            while (TryLine(ref rest) is { } line)
                yield return Parse(line);
            input.AdvanceTo(rest.Start, rest.End);
            if (some.IsCompleted)
                yield break;
        }
    }

    private static async ValueTask<ReadResult?> TryReadAsync(PipeReader input, CancellationToken cancel)
    {
        try
        {
            return await input.ReadAsync(cancel);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            return null;
        }
    }

    private static ReadOnlySequence<byte>? TryLine(ref ReadOnlySequence<byte> rest)
    {
        if (rest.PositionOf((byte)'\n') is not { } end)
            return null;
        var line = rest.Slice(0, end);
        rest = rest.Slice(rest.GetPosition(1, end));
        return line;
    }

    private static WatchEvent Parse(in ReadOnlySequence<byte> line)
    {
        try
        {
            var (type, json) = Split(line);
            return type switch
            {
                "ADDED" => Change(WatchEventType.Added, json),
                "MODIFIED" => Change(WatchEventType.Modified, json),
                "DELETED" => Change(WatchEventType.Deleted, json),
                "BOOKMARK" => Bookmark(json),
                "ERROR" => throw new ApiException(FailedResponse.TryParse(json, 500) ?? throw new FormatException("An error event holds no Status.")),
                _ => throw new FormatException($"'{type}' is not a type of event."),
            };
        }
        catch (JsonException damaged)
        {
            throw new FormatException($"An event is not JSON: {damaged.Message}", damaged);
        }
    }

    private static (string Type, byte[] Object) Split(in ReadOnlySequence<byte> line)
    {
        var type = "";
        byte[] json = [];
        var reader = new Utf8JsonReader(line);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isObject = reader.ValueTextEquals("object"u8);
            reader.Read();
            var start = reader.TokenStartIndex;
            if (isType && reader.TokenType == JsonTokenType.String)
                type = reader.GetString()!;
            reader.Skip();
            if (isObject)
                json = line.Slice(start, reader.BytesConsumed - start).ToArray();
        }
        return (type, json);
    }

    private static WatchEvent Change(WatchEventType type, byte[] json)
    {
        var item = StoredObject.Parse(json);
        return new WatchEvent(type, item, Text(item.Revision));
    }

    private static WatchEvent Bookmark(byte[] json) => new(WatchEventType.Bookmark, null, Text(ObjectHead.Read(json).Revision))
    {
        EndsInitialEvents = json.AsSpan().IndexOf("\"k8s.io/initial-events-end\""u8) >= 0,
    };

    private static string Text(long revision) => revision.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Completion(PipeReader input) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => input.CompleteAsync();
    }
}
