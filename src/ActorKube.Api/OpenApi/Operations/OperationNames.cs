using ActorKube.Api.Names;

namespace ActorKube.Api.OpenApi.Operations;

/// <summary>The parts of upstream's operation ids and tags; generated clients have method names made of them.</summary>
internal static class OperationNames
{
    /// <summary><c>Core</c>, <c>Apps</c>, <c>RbacAuthorization</c>: the group without <c>.k8s.io</c>.</summary>
    public static string Group(string group) => string.Concat(Parts(group).Select(Capital));

    /// <summary><c>CoreV1</c>, <c>RbacAuthorizationV1</c>.</summary>
    public static string GroupVersion(GroupVersionKind kind) => Group(kind.Group) + Capital(kind.Version);

    /// <summary><c>rbacAuthorization</c>: the tag of a group.</summary>
    public static string GroupTag(string group)
    {
        var name = Group(group);
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary><c>rbacAuthorization_v1</c>: the tag of a group's version.</summary>
    public static string Tag(GroupVersionKind kind) => $"{GroupTag(kind.Group)}_{kind.Version}";

    public static string Capital(string text) => text.Length == 0 ? "" : char.ToUpperInvariant(text[0]) + text[1..];

    private static string[] Parts(string group)
    {
        const string Suffix = ".k8s.io";
        if (group.Length == 0)
            return ["core"];
        return (group.EndsWith(Suffix, StringComparison.Ordinal) ? group[..^Suffix.Length] : group).Split('.', '-');
    }
}
