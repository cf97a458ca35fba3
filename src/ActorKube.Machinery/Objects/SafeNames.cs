using System.Text;

namespace ActorKube.Machinery.Objects;

/// <summary>Short names derived from content: letters and digits that form no words (no vowels) and cannot be mixed up (no 0, 1, 3).</summary>
public static class SafeNames
{
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>Upstream's encoding of a hash: each decimal digit of the number becomes one letter of the alphabet.</summary>
    public static string Encode(uint hash) => string.Concat($"{hash}".Select(c => Alphabet[c % Alphabet.Length]));

    /// <summary>Five letters, as <c>generateName</c> appends, drawn from a number.</summary>
    public static string Suffix(ulong number)
    {
        Span<char> letters = stackalloc char[5];
        foreach (ref var letter in letters)
        {
            letter = Alphabet[(int)(number % (ulong)Alphabet.Length)];
            number /= (ulong)Alphabet.Length;
        }
        return new string(letters);
    }

    /// <summary>FNV-1a, 32 bits.</summary>
    public static uint Fnv32(ReadOnlySpan<byte> bytes, uint seed = 2166136261)
    {
        foreach (var b in bytes)
            seed = (seed ^ b) * 16777619;
        return seed;
    }

    /// <summary>FNV-1a, 64 bits, of text, with a final mix so that neighbouring texts differ in all letters.</summary>
    public static ulong Fnv64(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 1099511628211UL;
        return Mix(hash);
    }

    /// <summary>Scrambles a number (the finaliser of splitmix64): for sequences of names from one seed.</summary>
    public static ulong Mix(ulong number)
    {
        number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9UL;
        number = (number ^ (number >> 27)) * 0x94D049BB133111EBUL;
        return number ^ (number >> 31);
    }
}
