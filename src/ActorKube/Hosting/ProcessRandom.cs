using System.Security.Cryptography;

namespace ActorKube.Hosting;

/// <summary>The process's source of chance, handed to everything that takes one.</summary>
internal static class ProcessRandom
{
    private const string Alphabet = "0123456789abcdef";

    /// <summary>The end of a name that nothing else has: 16 hexadecimal digits.</summary>
    public static string Suffix() => RandomNumberGenerator.GetString(Alphabet, 16);

    /// <summary>Fills a buffer with bytes that nobody can guess.</summary>
    public static void Fill(byte[] bytes) => RandomNumberGenerator.Fill(bytes);

    /// <summary>
    /// A number of at least 0 and below 1, for jitter and for ties: nobody gains by guessing it. The scheduler asks once per node of equal score, where a cryptographic source at a microsecond a number
    /// would cost more than everything else about the choice.
    /// </summary>
    public static double Fraction() => Random.Shared.NextDouble();
}
