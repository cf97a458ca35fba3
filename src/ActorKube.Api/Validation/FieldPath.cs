using System.Globalization;
using System.Text;

namespace ActorKube.Api.Validation;

/// <summary>
/// The place of a field in an object, written as upstream does: <c>spec.containers[0].image</c>, <c>metadata.labels[app]</c>. A linked
/// list towards the root, so that walking down a valid object builds no text.
/// </summary>
public sealed class FieldPath
{
    private readonly FieldPath? _parent;
    private readonly string? _name;
    private readonly string? _key;

    private FieldPath(FieldPath? parent, string? name, string? key)
    {
        _parent = parent;
        _name = name;
        _key = key;
    }

    /// <summary>The object itself.</summary>
    public static FieldPath Root { get; } = new(null, null, null);

    /// <summary><c>metadata</c>.</summary>
    public static FieldPath Metadata { get; } = Of("metadata");

    /// <summary><c>spec</c>.</summary>
    public static FieldPath Spec { get; } = Of("spec");

    /// <summary><c>status</c>.</summary>
    public static FieldPath Status { get; } = Of("status");

    /// <summary>A field of the object itself.</summary>
    public static FieldPath Of(string name) => new(Root, name, null);

    /// <summary>The field <paramref name="name"/> below this one.</summary>
    public FieldPath Child(string name) => new(this, name, null);

    /// <summary>The field <paramref name="name"/> below <paramref name="parent"/> below this one.</summary>
    public FieldPath Child(string parent, string name) => new(Child(parent), name, null);

    /// <summary>An item of this list.</summary>
    public FieldPath Index(int index) => new(this, null, index.ToString(CultureInfo.InvariantCulture));

    /// <summary>An entry of this map.</summary>
    public FieldPath Key(string key) => new(this, null, key);

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder();
        Append(text);
        return text.ToString();
    }

    private void Append(StringBuilder text)
    {
        _parent?.Append(text);
        if (_name is not null)
            text.Append(text.Length > 0 ? "." : "").Append(_name);
        else if (_key is not null)
            text.Append('[').Append(_key).Append(']');
    }
}
