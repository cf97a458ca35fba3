using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace ActorKube.CommandLine;

/// <summary>Checks of numbers on the command line.</summary>
internal static class NumberOptions
{
    /// <summary>Refuses numbers outside a range, in a sentence that names it.</summary>
    public static void Between<T>(this Option<T> option, T least, T most)
        where T : IBinaryInteger<T> => option.Validators.Add(result =>
    {
        // What is no number is reported by the parser; asking for its value throws.
        if (result.Tokens is [var text] && T.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && (value < least || value > most))
            result.AddError($"{option.Name} has to be between {least} and {most}, not {value}.");
    });
}
