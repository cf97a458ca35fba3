using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorKube.EndToEnd.Tests.Processes;

/// <summary>A real <c>actorkube</c> process: started, watched line by line, and killed at the end.</summary>
internal sealed class ActorKubeProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ConcurrentBag<(Func<string, bool> Matches, TaskCompletionSource<string> Found)> _waiters = [];

    private ActorKubeProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Everything printed so far, standard error included.</summary>
    public string Output => string.Join('\n', _output);

    /// <summary>What was printed on standard error so far.</summary>
    public IReadOnlyList<string> Errors => [.. _errors];

    /// <summary>Starts the program that was built beside the tests.</summary>
    public static ActorKubeProcess Start(params IEnumerable<string> arguments) => StartIn(null, arguments);

    /// <summary>Starts the program inside a network namespace (null: in the present one).</summary>
    public static ActorKubeProcess StartIn(string? networkNamespace, IEnumerable<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "actorkube.dll");
        return StartCommand([.. DefaultSignals.Restored(networkNamespace is null ? ["dotnet", program] : ["nsenter", $"--net=/run/netns/{networkNamespace}", "dotnet", program]), .. arguments], "");
    }

    /// <summary>Starts the program by a command of another kind.</summary>
    /// <param name="command">The command.</param>
    /// <param name="directory">Where it is started; empty for where the tests run.</param>
    public static ActorKubeProcess StartCommand(string[] command, string directory)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        var started = new ActorKubeProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        started._process.OutputDataReceived += (_, line) => started.Receive(line.Data);
        started._process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
                started._errors.Enqueue(text);
            started.Receive(line.Data);
        };
        started._process.Exited += (_, _) => started.Fail();
        started._process.Start();
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Completes with the first line, past or future, that contains <paramref name="text"/>.</summary>
    public async Task<string> LineAsync(string text)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.Add((line => line.Contains(text, StringComparison.Ordinal), found));
        if (_output.FirstOrDefault(line => line.Contains(text, StringComparison.Ordinal)) is { } earlier)
            return earlier;
        if (_process.HasExited)
            Fail();
        try
        {
            return await found.Task.WaitAsync(StartLimit);
        }
        catch (TimeoutException late)
        {
            throw new InvalidOperationException($"No line with '{text}' within {StartLimit.TotalSeconds} s. Output:\n{Output}", late);
        }
    }

    /// <summary>Completes when the process has ended by itself.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(StartLimit);
        return _process.ExitCode;
    }

    /// <summary>As Ctrl-C does it.</summary>
    public async Task<int> InterruptAsync()
    {
        await SignalAsync("INT");
        return await ExitAsync();
    }

    /// <summary>As <c>kill -SIGNAL</c> does it: STOP holds the process, CONT lets it go on.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString()]);
        await kill.WaitForExitAsync();
    }

    /// <summary>As <c>kill -9</c> does it.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private void Receive(string? line)
    {
        if (line is null)
            return;
        _output.Enqueue(line);
        foreach (var (matches, found) in _waiters)
            if (matches(line))
                found.TrySetResult(line);
    }

    private void Fail()
    {
        foreach (var (_, found) in _waiters)
            found.TrySetException(new InvalidOperationException($"actorkube has ended with code {_process.ExitCode}. Output:\n{Output}"));
    }
}
