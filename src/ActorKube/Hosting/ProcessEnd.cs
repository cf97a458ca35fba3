namespace ActorKube.Hosting;

/// <summary>The end of a process's life.</summary>
internal static class ProcessEnd
{
    /// <summary>Completes when the process is asked to stop.</summary>
    public static async Task WaitAsync(CancellationToken cancel)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancel.Register(asked.SetResult);
        await asked.Task;
    }
}
