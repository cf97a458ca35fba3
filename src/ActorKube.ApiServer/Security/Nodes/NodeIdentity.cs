using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Security.Nodes;

/// <summary>Which node a user is.</summary>
internal static class NodeIdentity
{
    /// <summary>False for users that are no nodes. A member of <c>system:nodes</c> without a proper name is a node without a name, who may do nothing.</summary>
    public static bool IsNode(UserInfo user, out string name)
    {
        name = user.Name.StartsWith(WellKnownUsers.NodePrefix, StringComparison.Ordinal) ? user.Name[WellKnownUsers.NodePrefix.Length..] : "";
        return user.IsIn(WellKnownUsers.Nodes);
    }
}
