using System.Collections.Immutable;

namespace ActorKube.Controllers.Cloud.Instances;

/// <summary>Which of the addresses that a cloud names a node gets.</summary>
internal static class NodeAddresses
{
    private const string Hostname = "Hostname";

    /// <summary>
    /// The cloud's addresses, with the node's own host name where the cloud gives none. Where the agent was told an address, it has to be one of them, and is then the only one of its type.
    /// </summary>
    /// <returns>False when an address that the agent was told is not the machine's.</returns>
    public static bool TryChoose(CloudNode node, ImmutableArray<NodeAddress> offered, out ImmutableArray<NodeAddress> chosen)
    {
        chosen = offered;
        if (offered.IsEmpty)
            return true;
        if (!offered.Any(a => a.Type == Hostname))
            chosen = chosen.AddRange(node.Addresses.Where(a => a.Type == Hostname));
        var told = node.ProvidedAddresses.ToArray();
        if (told.Length == 0)
            return true;
        var all = chosen;
        if (!told.All(ip => all.Any(a => a.Address == ip)))
            return false;
        var first = told.SelectMany(ip => all.Where(a => a.Address == ip)).ToArray();
        chosen = [.. first, .. all.Where(a => !first.Any(f => f.Type == a.Type))];
        return true;
    }

    public static bool Same(ImmutableArray<NodeAddress> a, ImmutableArray<NodeAddress> b) => a.Length == b.Length && a.ToHashSet().SetEquals(b);
}
