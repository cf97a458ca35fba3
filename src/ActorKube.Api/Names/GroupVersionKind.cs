namespace ActorKube.Api.Names;

/// <summary>The type of an object as it stands in its <c>apiVersion</c> and <c>kind</c>.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">Version, for example <c>v1</c>.</param>
/// <param name="Kind">Kind in upper camel case, for example <c>Deployment</c>.</param>
public readonly record struct GroupVersionKind(string Group, string Version, string Kind)
{
    /// <summary>The value of <c>apiVersion</c>: <c>v1</c> in the core group, else <c>group/version</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Splits an <c>apiVersion</c> and adds the kind.</summary>
    public static GroupVersionKind From(string apiVersion, string kind)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new GroupVersionKind("", apiVersion, kind) : new GroupVersionKind(apiVersion[..slash], apiVersion[(slash + 1)..], kind);
    }

    /// <summary>Upstream's form in messages: <c>apps/v1, Kind=Deployment</c>.</summary>
    public override string ToString() => $"{ApiVersion}, Kind={Kind}";
}
