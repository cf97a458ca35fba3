using System.Collections.Immutable;

namespace ActorKube.Api.Users;

/// <summary>Who makes a request, as authentication found out.</summary>
/// <param name="Name">User name, for example <c>system:serviceaccount:default:web</c>.</param>
public sealed record UserInfo(string Name)
{
    /// <summary>Groups the user is in; what the authenticator adds (<c>system:authenticated</c>) included.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary>Identity that survives a change of name; empty when the authenticator has none.</summary>
    public string Uid { get; init; } = "";

    /// <summary>Further facts, for example <c>authentication.kubernetes.io/pod-name</c>.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Extra { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>True when the user is in <paramref name="group"/>.</summary>
    public bool IsIn(string group) => Groups.Contains(group);
}
