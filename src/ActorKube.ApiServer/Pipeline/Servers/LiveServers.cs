namespace ActorKube.ApiServer.Pipeline.Servers;

/// <summary>
/// Tells servers that live from those that have died, by what one of them sees of the others' leases. No clock is compared with another's, and a time in which nobody could renew
/// (the Leases were moving to another server) counts against nobody: a server has died when its lease has not changed while this one has renewed its own twice.
/// </summary>
internal sealed class LiveServers
{
    private const int MissedRenewals = 2;
    private Dictionary<string, (string Renewed, int Missed)> _seen = [];

    /// <summary>Looks at the leases as they are after this server has renewed its own.</summary>
    /// <returns>Those of servers that live, and those of servers that have died.</returns>
    public (IReadOnlyList<ServerLease> Alive, IReadOnlyList<ServerLease> Dead) Observe(IReadOnlyList<ServerLease> leases)
    {
        _seen = leases.ToDictionary(
            l => l.Name,
            l => (l.Renewed, Missed: _seen.TryGetValue(l.Name, out var before) && before.Renewed == l.Renewed ? before.Missed + 1 : 0));
        return ([.. leases.Where(l => _seen[l.Name].Missed < MissedRenewals)], [.. leases.Where(l => _seen[l.Name].Missed >= MissedRenewals)]);
    }
}
