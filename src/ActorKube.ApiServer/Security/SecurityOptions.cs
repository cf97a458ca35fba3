using ActorKube.ApiServer.Security.Tokens;
using ActorKube.Protocol.Store;

namespace ActorKube.ApiServer.Security;

/// <summary>Settings of authentication and authorization (HOCON <c>actorkube.security</c>).</summary>
public sealed record SecurityOptions
{
    /// <summary>The Kubernetes API that is secured.</summary>
    public string Workspace { get; init; } = ResourceId.RootWorkspace;

    /// <summary>Service account tokens.</summary>
    public TokenOptions Tokens { get; init; } = new();

    /// <summary>Path of a file with fixed tokens, one <c>token,user,uid,"groups"</c> a line; empty for none.</summary>
    public string StaticTokenFile { get; init; } = "";
}
