using System.ComponentModel;
using System.Diagnostics;

namespace ActorKube.EndToEnd.Tests.Processes;

/// <summary>
/// Has what tests start hear Ctrl-C. A shell that runs the tests in the background has them ignore it, and whoever they start inherits that: <c>env</c> of coreutils sets it right on the way. Where there is no
/// such <c>env</c>, commands stay as they are.
/// </summary>
internal static class DefaultSignals
{
    private static readonly string[] Launcher = ["env", "--default-signal=INT,QUIT"];
    private static readonly Lazy<bool> IsAvailable = new(Works);

    /// <summary>A command line that begins with the default dispositions, as the same process that is started.</summary>
    public static string[] Restored(params IEnumerable<string> command) => IsAvailable.Value ? [.. Launcher, .. command] : [.. command];

    private static bool Works()
    {
        try
        {
            using var probe = Process.Start(new ProcessStartInfo(Launcher[0], [.. Launcher[1..], "true"]) { RedirectStandardError = true, UseShellExecute = false })!;
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
