using Akka.Actor;

namespace ActorKube.Protocol.Hosting;

/// <summary>Keeps a process in an actor system, whatever becomes of the system.</summary>
public static class KeptSystem
{
    // A system may end as soon as it has started: Akka ends one whose peer shows a certificate that is not trusted.
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Runs <paramref name="work"/> in a system, and again in a new one whenever it has ended by itself, or the work has disposed of it, until <paramref name="cancel"/>. The token that the
    /// work is given ends with its system.
    /// </summary>
    /// <param name="start">Starts a system; called at every start: what there is to know may have changed.</param>
    /// <param name="work">What the process does; its failure ends everything, and so does its end, while the system runs.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="time">Clock of the pause between two systems; null for the machine's.</param>
    public static async Task RunAsync<TSystem>(Func<TSystem> start, Func<TSystem, CancellationToken, Task> work, CancellationToken cancel, TimeProvider? time = null)
        where TSystem : IProcessSystem
    {
        while (await RunOnceAsync(start, work, cancel) && !cancel.IsCancellationRequested)
            await Task.Delay(RestartPause, time ?? TimeProvider.System, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>True when the system ended under the work.</summary>
    private static async Task<bool> RunOnceAsync<TSystem>(Func<TSystem> start, Func<TSystem, CancellationToken, Task> work, CancellationToken cancel)
        where TSystem : IProcessSystem
    {
        await using var system = start();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = work(system, ended.Token);
        await Task.WhenAny(running, system.Ended);
        await ended.CancelAsync();
        try
        {
            await running;
            return system.Ended.IsCompleted;
        }
        catch (OperationCanceledException)
        {
            // The work notices the end of its system in many ways, some of them before the system has quite ended.
            return true;
        }
        catch (Exception) when (system.Ended.IsCompleted || CoordinatedShutdown.Get(system.System).ShutdownReason is not null)
        {
            // One of these ways: an actor system that ends starts no more actors.
            return true;
        }
    }
}
