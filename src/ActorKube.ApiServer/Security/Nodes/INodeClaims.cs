using ActorKube.Api.Errors;
using ActorKube.Machinery.Objects;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary>Sees to it that a node is run by one agent.</summary>
internal interface INodeClaims
{
    /// <summary>Lets an agent have a node that nobody has, whose agent is dead, or that it has itself.</summary>
    /// <exception cref="ApiException">It cannot be found out now.</exception>
    Task<NodeClaim> ClaimAsync(string node, AgentIdentity agent, CancellationToken cancel);

    /// <summary>What an agent that had a node is told when the node has become another's; null while it has not.</summary>
    string? Loss(string node, AgentIdentity agent, NodeClaim claim);
}

/// <summary>The answer to a claim.</summary>
/// <param name="Revision">The Lease's when it said so.</param>
/// <param name="Refusal">Why the node is not to be had; null when it is the agent's.</param>
internal sealed record NodeClaim(long Revision, NodeRefusal? Refusal = null);

/// <summary>Another agent has the node.</summary>
/// <param name="Fact">Which one, as a sentence without its end.</param>
/// <param name="SecondsLeft">After so many more seconds without a sign of life it counts as dead.</param>
internal sealed record NodeRefusal(string Fact, int SecondsLeft)
{
    /// <summary>What an agent is told.</summary>
    public override string ToString() =>
        $"{Fact}: stop that one, or give this one a name of its own with --node-name. If that agent is gone for good, try again in {SecondsLeft} s.";
}
