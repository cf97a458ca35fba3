using System.ComponentModel;
using System.Diagnostics;

namespace ActorKube.NodeAgent.Network;

/// <summary>Runs a program of the machine, with text for its standard input or none, and gives what it printed.</summary>
/// <exception cref="IOException">It is not there or failed; the message has its own words.</exception>
internal delegate Task<string> HostTool(string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancel);

/// <summary>The machine's programs for networks.</summary>
internal static class HostTools
{
    /// <summary>Runs the program that is found on the search path. Cancelled, it is ended with all that it has started.</summary>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string? input, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        try
        {
            return await TalkAsync(process, start, input, cancel);
        }
        catch (OperationCanceledException)
        {
            // Nobody hears it any more; left alone it might change the machine long after, or wait for ever for a lock.
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static async Task<string> TalkAsync(Process process, ProcessStartInfo start, string? input, CancellationToken cancel)
    {
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var error = process.StandardError.ReadToEndAsync(cancel);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancel);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancel);
        return process.ExitCode == 0 ? await output : throw new IOException($"{start.FileName} {string.Join(' ', start.ArgumentList)}: {(await error).Trim()}");
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new IOException($"{start.FileName} did not start");
        }
        catch (Win32Exception missing)
        {
            throw new IOException($"{start.FileName}: {missing.Message}", missing);
        }
    }
}
