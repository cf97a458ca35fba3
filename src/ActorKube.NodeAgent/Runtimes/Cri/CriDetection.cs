namespace ActorKube.NodeAgent.Runtimes.Cri;

/// <summary>Whether a CRI runtime can be used, and why not: what <c>--runtime auto</c> decides on and prints.</summary>
/// <param name="IsUsable">Whether it answers and its containers get a network.</param>
/// <param name="Reason">One line for people, without a full stop.</param>
internal sealed record CriDetection(bool IsUsable, string Reason)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Asks the runtime behind the endpoint.</summary>
    /// <param name="endpoint">Its socket.</param>
    /// <param name="needsNetwork">False where the caller will write a network configuration if there is none.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<CriDetection> ProbeAsync(string endpoint, bool needsNetwork, CancellationToken cancel)
    {
        if (!File.Exists(CriChannel.SocketPath(endpoint)))
            return new(false, $"there is no container runtime at {endpoint}");
        await using var runtime = new CriRuntime(new CriRuntimeOptions { Endpoint = endpoint, RequestTimeout = Patience });
        try
        {
            var version = await runtime.GetVersionAsync(cancel);
            var status = await runtime.GetStatusAsync(cancel);
            var name = $"{version.Name} {version.Version} at {endpoint}";
            string[] needed = needsNetwork ? [RuntimeStatus.RuntimeReady, RuntimeStatus.NetworkReady] : [RuntimeStatus.RuntimeReady];
            foreach (var condition in needed.Select(status.Condition).Where(c => !c.Status))
                return new(false, $"{name} says {condition.Type} is false: {condition.Message}");
            return new(true, $"{name} answers");
        }
        catch (RuntimeException e)
        {
            return new(false, $"the container runtime at {endpoint} cannot be used: {e.Message}");
        }
    }
}
