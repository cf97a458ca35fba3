using System.Collections.Immutable;

namespace ActorKube.NodeAgent.Network;

/// <summary>A route of the node's kernel to the pods of another node.</summary>
/// <param name="Destination">That node's pod range, in CIDR notation.</param>
/// <param name="Gateway">That node's address.</param>
internal readonly record struct PodRoute(string Destination, string Gateway);

/// <summary>What routing needs to know of a node.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PodCidrs">Ranges of its pods.</param>
/// <param name="Addresses">Its internal addresses.</param>
internal sealed record PeerNode(string Name, ImmutableArray<string> PodCidrs, ImmutableArray<string> Addresses)
{
    /// <inheritdoc/>
    public bool Equals(PeerNode? other) => other is not null && Name == other.Name && PodCidrs.SequenceEqual(other.PodCidrs) && Addresses.SequenceEqual(other.Addresses);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, PodCidrs.Length, Addresses.Length);
}

/// <summary>What to change in the kernel's routes.</summary>
/// <param name="Add">Routes to make.</param>
/// <param name="Replace">Routes of ours that lead to another address now.</param>
/// <param name="Remove">Routes of ours that nobody wants any more.</param>
/// <param name="Refused">Why ranges of nodes get no route.</param>
internal sealed record RoutePlan(ImmutableArray<PodRoute> Add, ImmutableArray<PodRoute> Replace, ImmutableArray<PodRoute> Remove, ImmutableArray<string> Refused);
