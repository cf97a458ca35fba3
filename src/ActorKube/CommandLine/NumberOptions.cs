using System.CommandLine;

namespace ActorKube.CommandLine;

/// <summary>Checks of numbers on the command line.</summary>
internal static class NumberOptions
{
    /// <summary>Refuses numbers outside a range, in a sentence that names it.</summary>
    public static void Between(this Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
            result.AddError($"{option.Name} has to be between {least} and {most}, not {value}.");
    });
}
