using System.Security.Cryptography;

namespace ActorKube.ApiServer.Pipeline;

/// <summary>Where uids, the random part of names and jitter come from: tests and virtual time bring their own.</summary>
internal interface IIdentitySource
{
    /// <summary>A new uid in the form of upstream's: a lower-case UUID.</summary>
    string NewUid();

    /// <summary>Fills <paramref name="suffix"/> with characters that cannot form words by accident.</summary>
    void NewSuffix(Span<char> suffix);

    /// <summary>A number of at least 0 and below 1.</summary>
    double NextJitter();
}

/// <summary>The system's randomness.</summary>
internal sealed class SystemIdentities : IIdentitySource
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <inheritdoc/>
    public string NewUid()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        // RFC 9562: version 4, variant 1.
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <inheritdoc/>
    public void NewSuffix(Span<char> suffix) => RandomNumberGenerator.GetItems(Alphabet, suffix);

    /// <inheritdoc/>
    public double NextJitter() => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue;
}
