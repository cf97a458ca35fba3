using System.Diagnostics;

namespace ActorKube.EndToEnd.Tests.Processes;

/// <summary>A <c>kubectl</c>, by default the one on PATH, pointed at one cluster.</summary>
internal sealed class Kubectl(string kubeconfig, string program = "kubectl")
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Why no kubectl can be run here, or null.</summary>
    public static string? Missing { get; } =
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(p => File.Exists(Path.Combine(p, "kubectl"))) ? null : "kubectl is not on PATH";

    /// <summary>Runs kubectl; it has to succeed.</summary>
    /// <returns>Its standard output.</returns>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var result = await TryAsync(arguments);
        Assert.True(result.ExitCode == 0, $"kubectl {string.Join(' ', arguments)} ended with {result.ExitCode}:\n{result.Error}\n{result.Output}");
        return result.Output;
    }

    /// <summary>Runs kubectl again and again until it succeeds: for what another process is about to bring about. Each run is a request to the API, so none needs a pause.</summary>
    public async Task<string> UntilAsync(params string[] arguments)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var result = await TryAsync(arguments);
            if (result.ExitCode == 0)
                return result.Output;
            Assert.False(limit.IsCancellationRequested, $"kubectl {string.Join(' ', arguments)} did not succeed within {Limit.TotalSeconds} s:\n{result.Error}");
        }
    }

    /// <summary>Runs kubectl with a manifest on its standard input; it has to succeed.</summary>
    public async Task<string> RunWithInputAsync(string input, params string[] arguments)
    {
        var result = await ExecuteAsync(arguments, input);
        Assert.True(result.ExitCode == 0, $"kubectl {string.Join(' ', arguments)} ended with {result.ExitCode}:\n{result.Error}\n{result.Output}");
        return result.Output;
    }

    /// <summary>Runs kubectl with a manifest on its standard input, whatever comes of it.</summary>
    public Task<KubectlResult> TryWithInputAsync(string input, params string[] arguments) => ExecuteAsync(arguments, input);

    /// <summary>Runs kubectl, whatever comes of it.</summary>
    public Task<KubectlResult> TryAsync(params string[] arguments) => ExecuteAsync(arguments, null);

    /// <summary>Starts kubectl and gives its lines as they come, until <paramref name="cancel"/> ends it.</summary>
    public async IAsyncEnumerable<string> FollowAsync(string[] arguments, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var process = Start(arguments);
        try
        {
            while (await process.StandardOutput.ReadLineAsync(cancel) is { } line)
                yield return line;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private async Task<KubectlResult> ExecuteAsync(string[] arguments, string? input)
    {
        using var process = Start(arguments);
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException late)
        {
            process.Kill();
            throw new TimeoutException($"kubectl {string.Join(' ', arguments)} took longer than {Limit.TotalSeconds} s", late);
        }
        return new KubectlResult(process.ExitCode, await output, await error);
    }

    private Process Start(string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = kubeconfig;
        // A discovery cache of another cluster at the same address must not be taken for this one's, nor what another version has cached.
        start.ArgumentList.Insert(0, $"--cache-dir={Path.Combine(Path.GetDirectoryName(kubeconfig)!, $"{Path.GetFileName(program)}-cache")}");
        return Process.Start(start)!;
    }
}

/// <summary>How a kubectl ended.</summary>
internal sealed record KubectlResult(int ExitCode, string Output, string Error);
