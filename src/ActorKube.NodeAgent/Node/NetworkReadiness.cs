using ActorKube.NodeAgent.Runtimes;
using ActorKube.NodeAgent.Setup;

namespace ActorKube.NodeAgent.Node;

/// <summary>
/// Whether the runtime has a network for pods, as it was seen last. Waited for by all pods that need one: where there is none yet it mostly comes within moments, with the node's pod ranges, and nobody is told of a
/// pod that waits so long.
/// </summary>
/// <param name="ask">The runtime, which pods ask themselves where nobody has seen a network yet.</param>
/// <param name="time">Measures how long.</param>
internal sealed class NetworkReadiness(Func<CancellationToken, Task<RuntimeStatus>> ask, TimeProvider time)
{
    /// <summary>Reason of the event, and of the failure, when it takes longer.</summary>
    public const string NotReady = "NetworkNotReady";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private volatile TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string _trouble = "";

    /// <summary>Takes what the runtime says.</summary>
    /// <param name="status">Its status; null when it does not answer, and pods are to find that out by what they need of it.</param>
    public void Show(RuntimeStatus? status)
    {
        if (!Note(status) && _ready.Task.IsCompleted)
            _ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Is over when there is a network.</summary>
    /// <exception cref="SetupException">There is none after a while; upstream's words for it.</exception>
    public async Task WaitAsync(CancellationToken cancel)
    {
        if (_ready.Task.IsCompleted)
            return;
        // The answer may be older than what has been shown meanwhile: a network that is there by now does not go by it.
        Note(await AskAsync(cancel));
        try
        {
            await _ready.Task.WaitAsync(Patience, time, cancel);
        }
        catch (TimeoutException)
        {
            throw new SetupException(NotReady, $"network is not ready: {_trouble}");
        }
    }

    private bool Note(RuntimeStatus? status)
    {
        if (status?.Condition(RuntimeStatus.NetworkReady) is { Status: false } network)
        {
            _trouble = NodeConditions.NetworkTrouble(network);
            return false;
        }
        _ready.TrySetResult();
        return true;
    }

    private async Task<RuntimeStatus?> AskAsync(CancellationToken cancel)
    {
        try
        {
            return await ask(cancel);
        }
        catch (RuntimeException)
        {
            return null;
        }
    }
}
