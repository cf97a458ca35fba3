using System.CommandLine;

namespace ActorKube.CommandLine;

/// <summary>All commands. To add one, write a class with a <c>Build</c> method and a line here.</summary>
internal static class CommandTree
{
    /// <summary>The root command with everything below it.</summary>
    public static RootCommand Build() => new("ActorKube: a Kubernetes cluster in one program. Start with 'actorkube up'.")
    {
        UpCommand.Build(),
        VersionCommand.Build(),
    };

    /// <summary>Runs what was parsed; mistakes of the user become one sentence and exit code 1.</summary>
    public static async Task<int> RunAsync(this ParseResult parsed)
    {
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (UserError mistake)
        {
            await Console.Error.WriteLineAsync($"actorkube: {mistake.Message}");
            return 1;
        }
    }
}
