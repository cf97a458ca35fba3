using ActorKube.Api.Users;
using ActorKube.ApiServer.Security.Rbac;

namespace ActorKube.ApiServer.Security.Authorization;

/// <summary>
/// The order in which access is decided: <c>system:masters</c> passes, then the node authorizer, then RBAC. Nobody with an opinion means no.
/// </summary>
internal sealed class AuthorizerChain(IAuthorizer nodes, RbacState rbac) : IAuthorizer
{
    public ValueTask<AccessDecision> AuthorizeAsync(AccessAttributes attributes, CancellationToken cancel)
    {
        if (attributes.User.IsIn(WellKnownUsers.Masters))
            return ValueTask.FromResult(new AccessDecision(AccessVerdict.Allow, ""));
        if (attributes.User.IsIn(WellKnownUsers.Nodes))
            return NodeFirstAsync(attributes, cancel);
        return rbac.Ready.IsCompletedSuccessfully ? ValueTask.FromResult(rbac.Current.Authorize(attributes)) : WhenReadyAsync(attributes, cancel);
    }

    private async ValueTask<AccessDecision> NodeFirstAsync(AccessAttributes attributes, CancellationToken cancel)
    {
        var node = await nodes.AuthorizeAsync(attributes, cancel);
        if (node.Verdict != AccessVerdict.NoOpinion)
            return node;
        var granted = await WhenReadyAsync(attributes, cancel);
        if (granted.Verdict != AccessVerdict.NoOpinion)
            return granted;
        var reasons = new[] { node.Reason, granted.Reason }.Where(r => r.Length > 0);
        return new AccessDecision(AccessVerdict.NoOpinion, string.Join('\n', reasons));
    }

    private async ValueTask<AccessDecision> WhenReadyAsync(AccessAttributes attributes, CancellationToken cancel)
    {
        await rbac.Ready.WaitAsync(cancel);
        return rbac.Current.Authorize(attributes);
    }
}
