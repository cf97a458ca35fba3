using ActorKube.ApiServer.Security.Nodes;
using ActorKube.Machinery.Objects;

namespace ActorKube.ApiServer.Tests.Endpoint;

/// <summary>Answers claims as a test wants it.</summary>
internal sealed class ScriptedClaims : INodeClaims
{
    public Func<string, AgentIdentity, NodeClaim> OnClaim { get; set; } = (_, _) => new NodeClaim(1);

    public Func<string, AgentIdentity, string?> OnLoss { get; set; } = (_, _) => null;

    public Task<NodeClaim> ClaimAsync(string node, AgentIdentity agent, CancellationToken cancel) => Task.FromResult(OnClaim(node, agent));

    public string? Loss(string node, AgentIdentity agent, NodeClaim claim) => OnLoss(node, agent);
}
