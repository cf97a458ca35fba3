using System.CommandLine;
using ActorKube.ApiServer.Security.Pki;
using ActorKube.Store.Hosting;
using ActorKube.Store.Journal;
using Akka.Configuration;

namespace ActorKube.CommandLine;

/// <summary>All commands. To add one, write a class with a <c>Build</c> method and a line here.</summary>
internal static class CommandTree
{
    // 128 and SIGINT, as shells have it.
    private const int Interrupted = 130;

    // A process that was asked to stop gets this long before it is ended by force.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    /// <summary>The root command with everything below it.</summary>
    public static RootCommand Build() => new("ActorKube: a Kubernetes cluster in one program. Start with 'actorkube up'.")
    {
        UpCommand.Build(),
        ServerCommand.Build(),
        AgentCommand.Build(),
        TokenCommand.Build(),
        KubeconfigCommand.Build(),
        ExplainCommand.Build(),
        BackupCommand.Build(),
        RestoreCommand.Build(),
        VersionCommand.Build(),
    };

    /// <summary>Runs what was parsed; mistakes of the user become one sentence and exit code 1.</summary>
    public static async Task<int> RunAsync(this ParseResult parsed)
    {
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = StopLimit });
        }
        catch (Exception mistake) when (mistake is UserError or PkiException or JournalFormatException or JournalUnavailableException or ConfigurationException or FormatException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"actorkube: {mistake.Message}");
            return 1;
        }
        catch (OperationCanceledException interrupted) when (interrupted.InnerException is not TimeoutException)
        {
            await Console.Error.WriteLineAsync("actorkube: interrupted before it was done.");
            return Interrupted;
        }
    }
}
