namespace ActorKube.Api.Names;

/// <summary>A resource as clients address it: with the version of the API they speak.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">Version, for example <c>v1</c>.</param>
/// <param name="Plural">Lower-case plural, for example <c>deployments</c>.</param>
public readonly record struct GroupVersionResource(string Group, string Version, string Plural)
{
    /// <summary>The resource without the version.</summary>
    public GroupResource Resource => new(Group, Plural);

    /// <summary>The value of <c>apiVersion</c> of its objects.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <inheritdoc/>
    public override string ToString() => $"{ApiVersion}, Resource={Plural}";
}
