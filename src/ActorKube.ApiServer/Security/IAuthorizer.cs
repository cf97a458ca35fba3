using ActorKube.Api.Users;

namespace ActorKube.ApiServer.Security;

/// <summary>Decides whether a user may do something.</summary>
public interface IAuthorizer
{
    /// <summary>Decides; synchronous in all but the rare case that the rules are not known to this process yet.</summary>
    ValueTask<AccessDecision> AuthorizeAsync(AccessAttributes attributes, CancellationToken cancel);
}

/// <summary>What is to be decided (<c>authorizer.Attributes</c>).</summary>
public readonly record struct AccessAttributes
{
    /// <summary>Who asks.</summary>
    public required UserInfo User { get; init; }
    /// <summary>Verb: of resources (<c>get</c> …) or, for paths, the lower-case HTTP method.</summary>
    public required string Verb { get; init; }
    /// <summary>Path of a request that is not for a resource; null for resources.</summary>
    public string? Path { get; init; }
    /// <summary>API group.</summary>
    public string Group { get; init; }
    /// <summary>API version.</summary>
    public string Version { get; init; }
    /// <summary>Plural.</summary>
    public string Resource { get; init; }
    /// <summary>Subresource; empty for none.</summary>
    public string Subresource { get; init; }
    /// <summary>Namespace; empty for cluster scope or all namespaces.</summary>
    public string Namespace { get; init; }
    /// <summary>Name; empty for collections.</summary>
    public string Name { get; init; }
    /// <summary>The field selector's equality on <c>spec.nodeName</c>, which the node authorizer looks at; null for none.</summary>
    public string? NodeNameSelector { get; init; }
    /// <summary>The label selector as it was sent; null for none.</summary>
    public string? LabelSelector { get; init; }
}

/// <summary>The answer, and why, in upstream's words.</summary>
/// <param name="Verdict">Allowed, denied, or no opinion (which the end of the chain turns into a denial).</param>
/// <param name="Reason">For people.</param>
public readonly record struct AccessDecision(AccessVerdict Verdict, string Reason)
{
    /// <summary>No opinion, without a reason.</summary>
    public static readonly AccessDecision NoOpinion = new(AccessVerdict.NoOpinion, "");
}

/// <summary>Verdicts of an authorizer.</summary>
public enum AccessVerdict
{
    /// <summary>This authorizer does not know.</summary>
    NoOpinion,
    /// <summary>Allowed.</summary>
    Allow,
    /// <summary>Denied, whatever others say.</summary>
    Deny,
}
