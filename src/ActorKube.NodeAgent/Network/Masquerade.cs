namespace ActorKube.NodeAgent.Network;

/// <summary>
/// Hides the addresses of the node's pods from whoever cannot answer them, that is from everybody but pods: the same as the bridge plugin does, except that pods on other
/// nodes see who calls.
/// </summary>
/// <param name="run">Runs <c>iptables</c>.</param>
internal sealed class Masquerade(HostTool run)
{
    /// <summary>Name of the chain.</summary>
    public const string Chain = "ACTORKUBE-MASQ";

    private readonly NatChain _chain = new(run, Chain);

    /// <summary>Makes the rules.</summary>
    /// <param name="own">Ranges of the node's pods.</param>
    /// <param name="pods">Ranges of all pods that are reached without.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The program fails.</exception>
    public async Task ApplyAsync(IReadOnlyList<string> own, IEnumerable<string> pods, CancellationToken cancel)
    {
        var all = own.Concat(pods).Distinct().Order(StringComparer.Ordinal).ToArray();
        foreach (var range in own)
        {
            var program = NatChain.ProgramOf(range);
            var multicast = program == "iptables" ? "224.0.0.0/4" : "ff00::/8";
            var spared = all.Where(other => NatChain.ProgramOf(other) == program).Append(multicast);
            await _chain.WriteAsync(program, spared.Select(static r => $"-d {r} -j RETURN").Append("-j MASQUERADE"), cancel);
            await _chain.LeadToAsync(program, ["POSTROUTING", "-s", range, "-m", "comment", "--comment", "pods to the outside"], cancel);
        }
    }

    /// <summary>Takes the rules back that this object has made. The chain stays, empty: pods that are still there may be led to it.</summary>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="IOException">The program fails; to be tried again.</exception>
    public Task EndAsync(CancellationToken cancel) => _chain.EndAsync(cancel);
}
