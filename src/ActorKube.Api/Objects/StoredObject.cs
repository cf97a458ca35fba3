using ActorKube.Api.Names;

namespace ActorKube.Api.Objects;

/// <summary>
/// One object as every component holds it: its encoded JSON, ready to be copied to clients, and the metadata that lists, selectors and
/// watches need. Immutable; one instance per object and process is shared by all readers.
/// </summary>
public sealed class StoredObject
{
    private FieldValues? _fields;

    /// <summary>Wraps encoded JSON whose metadata has been read.</summary>
    /// <param name="json">Compact UTF-8 JSON, complete with <c>apiVersion</c>, <c>kind</c> and <c>metadata.resourceVersion</c>. Not copied: nobody may change it.</param>
    /// <param name="head">The metadata inside <paramref name="json"/>.</param>
    public StoredObject(ReadOnlyMemory<byte> json, ObjectHead head)
    {
        Json = json;
        Head = head;
    }

    /// <summary>Reads the metadata out of <paramref name="json"/>.</summary>
    /// <exception cref="FormatException">The bytes are not an object with metadata.</exception>
    public static StoredObject Parse(ReadOnlyMemory<byte> json) => new(json, ObjectHead.Read(json.Span));

    /// <summary>Compact UTF-8 JSON of the whole object.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>The parsed metadata.</summary>
    public ObjectHead Head { get; }

    /// <summary>Namespace and name.</summary>
    public ObjectKey Key => Head.Key;

    /// <summary>The revision at which this state was written: its <c>metadata.resourceVersion</c>.</summary>
    public long Revision => Head.Revision;

    /// <summary>
    /// The value a field selector compares, for example of <c>spec.nodeName</c>: the scalar at that path as text, empty when absent.
    /// Read from the JSON on first use and remembered, so that any number of watchers cost one scan.
    /// </summary>
    public string Field(string path)
    {
        for (var known = Volatile.Read(ref _fields); known is not null; known = known.Next)
            if (known.Path == path)
                return known.Value;
        var value = path switch
        {
            "metadata.name" => Key.Name,
            "metadata.namespace" => Key.Namespace,
            _ => JsonPath.ReadScalar(Json.Span, path),
        };
        // Losing a race costs one more scan later, never a wrong value.
        Volatile.Write(ref _fields, new FieldValues(path, value, Volatile.Read(ref _fields)));
        return value;
    }

    private sealed record FieldValues(string Path, string Value, FieldValues? Next);
}
