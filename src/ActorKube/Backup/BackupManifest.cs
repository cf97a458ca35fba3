using System.Text.Json;

namespace ActorKube.Backup;

/// <summary>One file of a backup.</summary>
/// <param name="Name">Its name inside the archive, with its folder.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Sha256">Its hash, in lower-case hexadecimal digits.</param>
internal sealed record BackupFile(string Name, long Size, string Sha256);

/// <summary>The first entry of a backup: what it is, and what has to follow.</summary>
/// <param name="Format">Version of the archive. A program refuses those that are newer than its own.</param>
/// <param name="MadeAt">When the backup was begun.</param>
/// <param name="MadeBy">The program's version.</param>
/// <param name="Files">All further entries.</param>
internal sealed record BackupManifest(int Format, DateTimeOffset MadeAt, string MadeBy, IReadOnlyList<BackupFile> Files)
{
    /// <summary>The format this program writes. Raise it when an older program could no longer restore what is written.</summary>
    public const int Version = 1;

    /// <summary>Name of the entry.</summary>
    public const string EntryName = "manifest.json";

    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>The entry's bytes.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    /// <summary>Reads the entry.</summary>
    /// <exception cref="InvalidDataException">It is no manifest, or one of a newer program.</exception>
    public static BackupManifest Read(Stream json)
    {
        try
        {
            // Only the number is read first: a newer manifest may look different otherwise.
            using var document = JsonDocument.Parse(json);
            var format = document.RootElement.GetProperty("format").GetInt32();
            if (format > Version)
                throw new InvalidDataException($"it has format {format}, and this program reads formats up to {Version}: use the newer actorkube that made it");
            return document.Deserialize<BackupManifest>(Options) ?? throw new InvalidDataException("its manifest is empty");
        }
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"its manifest cannot be read: {damage.Message.TrimEnd('.')}", damage);
        }
    }
}
