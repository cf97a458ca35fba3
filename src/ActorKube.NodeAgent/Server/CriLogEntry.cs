using System.Globalization;
using System.Text;

namespace ActorKube.NodeAgent.Server;

/// <summary>One line of a log file in CRI's format: <c>2026-01-02T03:04:05.000000006Z stdout F text</c>.</summary>
internal readonly ref struct CriLogEntry
{
    private CriLogEntry(ReadOnlySpan<byte> timestamp, ReadOnlySpan<byte> stream, bool partial, ReadOnlySpan<byte> text)
    {
        Timestamp = timestamp;
        Stream = stream;
        IsPartial = partial;
        Text = text;
    }

    /// <summary>The time as it stands in the file.</summary>
    public ReadOnlySpan<byte> Timestamp { get; }

    /// <summary><c>stdout</c> or <c>stderr</c>.</summary>
    public ReadOnlySpan<byte> Stream { get; }

    /// <summary>Whether the container's line goes on in the next entry.</summary>
    public bool IsPartial { get; }

    /// <summary>What the container printed, without line feed.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>Reads a line without its line feed; false when it is not of the format.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out CriLogEntry entry)
    {
        entry = default;
        if (!Cut(ref line, out var timestamp) || !Cut(ref line, out var stream) || (!stream.SequenceEqual("stdout"u8) && !stream.SequenceEqual("stderr"u8)))
            return false;
        // An empty text may leave out the space behind the tags. Tags are separated by colons; the first one says whether the line is whole.
        if (!Cut(ref line, out var tags))
        {
            tags = line;
            line = [];
        }
        if (tags.Length == 0 || tags[0] is not ((byte)'F' or (byte)'P'))
            return false;
        entry = new CriLogEntry(timestamp, stream, tags[0] == (byte)'P', line);
        return true;
    }

    /// <summary>Whether the entry was printed at or after a time; one whose time cannot be read counts as such.</summary>
    public bool IsSince(DateTimeOffset since) =>
        !DateTimeOffset.TryParse(Encoding.ASCII.GetString(Timestamp), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || time >= since;

    private static bool Cut(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> word)
    {
        var space = rest.IndexOf((byte)' ');
        word = space < 0 ? default : rest[..space];
        if (space < 0)
            return false;
        rest = rest[(space + 1)..];
        return true;
    }
}
