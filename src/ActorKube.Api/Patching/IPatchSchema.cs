namespace ActorKube.Api.Patching;

/// <summary>What strategic merge has to know about one field (or about the whole object).</summary>
public interface IPatchSchema
{
    /// <summary>How a patch of this field is combined with what is there.</summary>
    PatchStrategy Strategy { get; }

    /// <summary>The field by which items of this list are told apart; null for lists without.</summary>
    string? MergeKey { get; }

    /// <summary>What is known about this list's items; null for anything but a list, and when nothing is known.</summary>
    IPatchSchema? Items { get; }

    /// <summary>What is known about a field of this object or an entry of this map; null when nothing is.</summary>
    IPatchSchema? Property(string name);
}

/// <summary>The values of <c>patchStrategy</c> in upstream's types.</summary>
[Flags]
public enum PatchStrategy
{
    /// <summary>None given: objects are merged, lists replaced.</summary>
    None = 0,

    /// <summary><c>merge</c>: lists are merged, by their merge key or as sets of scalars.</summary>
    Merge = 1,

    /// <summary><c>replace</c>: objects are replaced as a whole.</summary>
    Replace = 2,

    /// <summary><c>retainKeys</c>: patches of this object carry <c>$retainKeys</c>. Informs clients; the directive is obeyed wherever it stands.</summary>
    RetainKeys = 4,
}
