using System.ComponentModel;
using System.Diagnostics;

namespace ActorKube.Testing.Containers;

/// <summary>Runs the system's own tools (<c>ip</c>, <c>ctr</c>, <c>umount</c>) and turns failures into exceptions that show what they said.</summary>
public static class HostCommand
{
    /// <summary>Runs a program to its end and gives its standard output.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (exitCode, output, error) = await TryAsync(program, arguments);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed ({exitCode}): {error.Trim()} {output.Trim()}");
    }

    /// <summary>Runs a program whose failure does not matter, as when there is nothing to clean up.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> TryAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Whether a program is on the search path.</summary>
    public static bool Exists(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

    /// <summary>Kills a process that need not be our child, and waits until it is gone.</summary>
    public static async Task KillAsync(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill();
            await process.WaitForExitAsync();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It ended by itself meanwhile.
        }
    }
}
