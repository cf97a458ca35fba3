namespace ActorKube.Api.Names;

/// <summary>
/// An API resource: a collection of objects, named by API group and plural, written as Kubernetes does: <c>pods</c>, <c>deployments.apps</c>.
/// The core group is the empty string.
/// </summary>
/// <param name="Group">API group, for example <c>apps</c>; empty for the core group.</param>
/// <param name="Plural">Lower-case plural, for example <c>deployments</c>.</param>
public readonly record struct GroupResource(string Group, string Plural) : IComparable<GroupResource>
{
    /// <summary>Reads the form that <see cref="ToString"/> writes; a plural never contains a dot.</summary>
    public static GroupResource Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? new GroupResource("", text) : new GroupResource(text[(dot + 1)..], text[..dot]);
    }

    /// <inheritdoc/>
    public int CompareTo(GroupResource other)
    {
        var byGroup = string.CompareOrdinal(Group, other.Group);
        return byGroup != 0 ? byGroup : string.CompareOrdinal(Plural, other.Plural);
    }

    /// <inheritdoc/>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";
}
